package dev.perch.camera;

import dev.perch.media.CaptureException;
import java.util.Optional;

/** What a camera is doing. Values; the camera replaces one by the next on its pump's thread. */
public sealed interface CameraState {
    /** One word for pages and /stats. */
    String word();

    /** A sentence for people; empty when there is nothing to say. */
    default String reason() {
        return "";
    }

    /** Of a camera whose last start failed, or that was lost, and is not being started again at this moment: since when, and what next. */
    default Optional<Retry> retry() {
        return Optional.empty();
    }

    /** Whether no frame will come for now to those who wait for one: it has failed, and the next try is not due yet. */
    default boolean failing() {
        return retry().filter(Retry::wanted).isPresent();
    }

    /**
     * When a camera that has failed is tried again.
     *
     * @param sinceNanos when it failed the last time
     * @param atNanos when it is tried again
     * @param wanted whether somebody waits for it; where nobody does, it is tried as soon as somebody asks
     */
    record Retry(long sinceNanos, long atNanos, boolean wanted) {
        Retry unwanted(long nowNanos) {
            return new Retry(sinceNanos, nowNanos, /* wanted= */ false);
        }
    }

    /** Nobody watches, and the last start has not failed: the device is closed. */
    record Idle() implements CameraState {
        @Override
        public String word() {
            return "idle";
        }
    }

    /**
     * The source has been started; no frame has come yet.
     *
     * @param reason why the start before failed, a sentence; empty when it has not
     */
    record Starting(long sinceNanos, String reason) implements CameraState {
        @Override
        public String word() {
            return "starting";
        }
    }

    /** Frames come. */
    record Live(long sinceNanos) implements CameraState {
        @Override
        public String word() {
            return "live";
        }
    }

    /**
     * Nobody watches: the source has been asked to end and has not said yet that it did.
     *
     * @param sinceNanos when it was asked
     */
    record Stopping(long sinceNanos) implements CameraState {
        @Override
        public String word() {
            return "stopping";
        }
    }

    /**
     * The source ended by itself; it is tried again. A camera stays lost without viewers, until it is asked again and works.
     *
     * @param cause why, in a sentence
     * @param attempts failed starts in a row
     */
    record Lost(CaptureException cause, Retry when, int attempts) implements CameraState {
        @Override
        public Optional<Retry> retry() {
            return Optional.of(when);
        }

        @Override
        public String word() {
            return "lost";
        }

        @Override
        public String reason() {
            return String.valueOf(cause.getMessage());
        }
    }

    /**
     * The camera cannot run as things are: the memory budget has no room for it, or it cannot give what is configured. It stays refused as a
     * lost one stays lost.
     *
     * @param sentence why, with what to change
     */
    record Refused(String sentence, Retry when) implements CameraState {
        @Override
        public Optional<Retry> retry() {
            return Optional.of(when);
        }

        @Override
        public String word() {
            return "refused";
        }

        @Override
        public String reason() {
            return sentence;
        }
    }
}
