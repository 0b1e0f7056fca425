package dev.perch.camera;

import dev.perch.media.CaptureException;
import java.util.Optional;

/** The state of a camera. Immutable; the camera replaces it on its pump's thread. */
public sealed interface CameraState {
    /** Returns one word for pages and /stats. */
    String word();

    /** Returns a sentence for people; empty if there is nothing to say. */
    default String reason() {
        return "";
    }

    /** Returns the plan for the next attempt if the last start failed or the camera was lost, and no attempt is under way. */
    default Optional<Retry> retry() {
        return Optional.empty();
    }

    /** Returns true if viewers who wait for a frame get none for now: the camera has failed, and its next attempt is not due yet. */
    default boolean failing() {
        return retry().filter(Retry::wanted).isPresent();
    }

    /** Returns true if viewers need not wait any longer: their streams end. */
    default boolean over() {
        return false;
    }

    /**
     * The plan for the next attempt to start a camera that has failed.
     *
     * @param sinceNanos the time of the last failure
     * @param atNanos the time of the next attempt
     * @param wanted whether somebody waits for it; if not, the next request starts the attempt
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
     * Nobody publishes. That is no fault: the camera begins by itself as soon as somebody does.
     *
     * @param sentence why there is no picture
     * @param over whether nobody has published for so long that viewers need not wait any longer
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
     * The camera is private: the device is closed or closing, and a card is shown in the picture's place.
     *
     * @param sentence why it is private
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
     * The source has reached its end, like a file that is played once. It begins anew at the next request after all viewers are gone.
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
     * The source ended by itself, and the camera tries again. Without viewers it stays lost until a later start works.
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
     * The camera cannot run as things are: the memory budget has no room for it, or it cannot give what is configured. It stays refused until a start
     * works.
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
