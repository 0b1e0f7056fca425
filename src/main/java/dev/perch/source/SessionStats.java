package dev.perch.source;

/**
 * The counters of one session of a source, and the negotiated format.
 *
 * @param frames frames that the driver delivered whole
 * @param sequenceGaps frames that the driver says it lost, from gaps in its sequence numbers
 * @param errorFrames frames that the driver flagged as damaged (V4L2_BUF_FLAG_ERROR), dropped
 * @param width width in pixels as negotiated; 0 before
 * @param height height in pixels as negotiated; 0 before
 * @param framesPerSecond rate as negotiated; 0 when unknown
 * @param format four-character code as negotiated; empty before
 */
public record SessionStats(
        long frames,
        long sequenceGaps,
        long errorFrames,
        int width,
        int height,
        double framesPerSecond,
        String format) {
    /** The stats before the first frame. */
    public static final SessionStats NONE = new SessionStats(0, 0, 0, 0, 0, 0, "");

    /** Returns the sum of these counts and a later run's, which may not have negotiated yet. */
    SessionStats then(SessionStats run) {
        SessionStats agreed = run.width > 0 ? run : this;
        return new SessionStats(
                frames + run.frames,
                sequenceGaps + run.sequenceGaps,
                errorFrames + run.errorFrames,
                agreed.width,
                agreed.height,
                agreed.framesPerSecond,
                run.format.isEmpty() ? format : run.format);
    }

    /** Returns these counts with another rate. */
    SessionStats at(double rate) {
        return new SessionStats(frames, sequenceGaps, errorFrames, width, height, rate, format);
    }
}
