package dev.perch.camera;

import dev.perch.media.CaptureException;
import java.util.Optional;

/** The state of a camera. Immutable; the camera replaces one by the next on its pump's thread. */
public sealed interface CameraState {
    /** One word for pages and /stats. */
    String word();

    /** A sentence for people; empty if there is nothing to say. */
    default String reason() {
        return "";
    }

    /** Returns the plan for the next try, if the last start failed or the camera was lost, and it is not being started at this moment. */
    default Optional<Retry> retry() {
        return Optional.empty();
    }

    /** Returns true if those who wait for a frame will get none for now: the camera has failed, and its next try is not due yet. */
    default boolean failing() {
        return retry().filter(Retry::wanted).isPresent();
    }

    /** Returns true if those who watch need not wait any more: their streams end. */
    default boolean over() {
        return false;
    }

    /**
     * The plan for the next try of a camera that has failed.
     *
     * @param sinceNanos the time of the last failure
     * @param atNanos the time of the next try
     * @param wanted whether somebody waits for it; if nobody does, it is tried as soon as somebody asks
     */
    record Retry(long sinceNanos, long atNanos, boolean wanted) {
        Retry unwanted(long nowNanos) {
            return new Retry(sinceNanos, nowNanos, /* wanted= */ false);
        }
    }

    /** Nobody watches, the last start has not failed, and the device is closed. */
    record Idle() implements CameraState {
        @Override
        public String word() {
            return "idle";
        }
    }

    /**
     * The source has been started; no frame has come yet.
     *
     * @param reason why the start before failed, as a sentence; empty if it has not
     */
    record Starting(long sinceNanos, String reason) implements CameraState {
        @Override
        public String word() {
            return "starting";
        }
    }

    /**
     * Nobody publishes. That is no fault; the camera begins by itself as soon as somebody does.
     *
     * @param sentence why there is no picture
     * @param over whether nobody has published for so long that those who watched need not wait any more
     */
    record Awaiting(long sinceNanos, String sentence, boolean over) implements CameraState {
        @Override
        public String word() {
            return "awaiting";
        }

        @Override
        public String reason() {
            return sentence;
        }

        @Override
        public boolean failing() {
            return true;
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
     * Nobody watches; the source was asked to end and has not ended yet.
     *
     * @param sinceNanos the time at which it was asked
     */
    record Stopping(long sinceNanos) implements CameraState {
        @Override
        public String word() {
            return "stopping";
        }
    }

    /**
     * The device is closed, or is being closed, and a card is shown in the picture's place: it is private.
     *
     * @param sentence why
     */
    record Private(long sinceNanos, String sentence) implements CameraState {
        @Override
        public String word() {
            return "private";
        }

        @Override
        public String reason() {
            return sentence;
        }
    }

    /**
     * The source has come to its end, as a file that is played once. It begins anew for whoever asks when all who watched are gone.
     *
     * @param sentence what has ended
     */
    record Ended(String sentence) implements CameraState {
        @Override
        public String word() {
            return "ended";
        }

        @Override
        public String reason() {
            return sentence;
        }

        @Override
        public boolean failing() {
            return true;
        }
    }

    /**
     * The source ended by itself and is tried again. Without viewers a camera stays lost until somebody asks for it and it works.
     *
     * @param cause the reason, as a sentence
     * @param attempts the number of failed starts in a row
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
     * The camera cannot run as things are, because the memory budget has no room for it, or it cannot give what is configured. It stays refused as a
     * lost one stays lost.
     *
     * @param sentence the reason, with what to change
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
