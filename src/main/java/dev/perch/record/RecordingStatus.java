package dev.perch.record;

import java.util.Locale;
import java.util.Optional;

/**
 * What a camera's recorder does.
 *
 * @param reason why it does not record though it should, a sentence; empty where there is nothing to say
 * @param file the file that it writes
 * @param dropped how many pictures were left out since the start
 * @param bufferedSeconds how much waits for the disk
 */
public record RecordingStatus(
        State state, String reason, Optional<Growing> file, long dropped, double bufferedSeconds, boolean wanted) {
    /** What it does. */
    public enum State {
        /** Nothing is to be recorded now. */
        OFF,
        /** The camera gives nothing to record. */
        WAITING,
        RECORDING,
        /** The disk takes nothing; it is tried again. */
        FAILED;

        /** Returns the word for people. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The file that is being written.
     *
     * @param startMicros when its first frame was captured, in microseconds since 1970
     */
    public record Growing(String path, long startMicros, long sizeBytes, double seconds) {}
}
