package dev.perch.record;

import java.util.Locale;
import java.util.Optional;

/**
 * The state of a camera's recorder.
 *
 * @param reason why it does not record though it should, as a sentence; else empty
 * @param file the file being written
 * @param dropped the pictures left out since the start
 * @param bufferedSeconds the duration that waits for the disk
 * @param wanted whether recording is switched on
 */
public record RecordingStatus(
        State state, String reason, Optional<Growing> file, long dropped, double bufferedSeconds, boolean wanted) {
    public enum State {
        /** Recording is switched off now. */
        OFF,
        /** The camera gives nothing to record. */
        WAITING,
        RECORDING,
        /** The disk takes nothing; the recorder tries again. */
        FAILED;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The file being written.
     *
     * @param startMicros the capture time of the first frame, in microseconds since 1970
     */
    public record Growing(String path, long startMicros, long sizeBytes, double seconds) {}
}
