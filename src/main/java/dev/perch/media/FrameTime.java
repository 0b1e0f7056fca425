package dev.perch.media;

/**
 * The times of a frame. Frames come in decoding order. Where a stream reorders them (B-frames), each frame also has an offset from decoding to
 * showing and a place in output order.
 *
 * @param decodeNanos the moment of capture, or at which the frame is due to be decoded, on the system's monotonic clock (CLOCK_MONOTONIC, as {@link
 *     System#nanoTime} on Linux); only differences have a meaning
 * @param presentationOffsetNanos the time from decoding to showing, in nominal frame intervals; 0 where nothing is reordered
 * @param presentationOrder a number that rises in output order; 0 where output order is decoding order
 * @param wallClockMicros microseconds since 1970-01-01T00:00:00Z
 */
public record FrameTime(long decodeNanos, long presentationOffsetNanos, long presentationOrder, long wallClockMicros) {
    /** Creates the times of a frame that is not reordered. */
    public FrameTime(long decodeNanos, long wallClockMicros) {
        this(decodeNanos, 0, 0, wallClockMicros);
    }

    /** Returns the same moment for a frame of a reordered stream. */
    public FrameTime shown(long offsetNanos, long order) {
        return new FrameTime(decodeNanos, offsetNanos, order, wallClockMicros);
    }

    /** Returns true if the frame's place in output order is known. */
    public boolean reordered() {
        return presentationOrder != 0;
    }
}
