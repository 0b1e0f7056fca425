package dev.perch.camera;

import dev.perch.media.CaptureException;

/** What a camera is doing. Values; the camera replaces one by the next on its pump's thread. */
public sealed interface CameraState {
    /** One word for pages and /stats. */
    String word();

    /** A sentence for people; empty when there is nothing to say. */
    default String reason() {
        return "";
    }

    /** Nobody watches: the device is closed. */
    record Idle() implements CameraState {
        @Override
        public String word() {
            return "idle";
        }
    }

    /** The source has been started; no frame has come yet. */
    record Starting(long sinceNanos) implements CameraState {
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
     * The source ended by itself; it is tried again.
     *
     * @param cause why, in a sentence
     * @param retryAtNanos when it is tried again, if somebody watches
     * @param attempts failed starts in a row
     */
    record Lost(CaptureException cause, long retryAtNanos, int attempts) implements CameraState {
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
     * The camera cannot run as things are: the memory budget has no room for it, or it cannot give what is configured.
     *
     * @param sentence why, with what to change
     * @param retryAtNanos when it is tried again, if somebody watches
     */
    record Refused(String sentence, long retryAtNanos) implements CameraState {
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
