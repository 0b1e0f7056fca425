package dev.perch.media;

/**
 * When a frame was captured, and when it is shown. Frames come in decoding order; where a stream reorders them (B-frames), each is shown an offset
 * after it is decoded, and its place in output order is known.
 *
 * @param decodeNanos when it was captured, or came to be decoded: the system's monotonic clock (CLOCK_MONOTONIC, as {@link System#nanoTime} on
 *     Linux); only differences mean something
 * @param presentationOffsetNanos how much later than decoded it is shown, in nominal frame intervals; 0 where nothing is reordered
 * @param presentationOrder rises in output order; 0 where output order is decoding order
 * @param wallClockMicros microseconds since 1970-01-01T00:00:00Z
 */
public record FrameTime(long decodeNanos, long presentationOffsetNanos, long presentationOrder, long wallClockMicros) {
    /** The time of a frame whose stream is not reordered. */
    public FrameTime(long decodeNanos, long wallClockMicros) {
        this(decodeNanos, 0, 0, wallClockMicros);
    }

    /** Returns the same moment, for a frame of a reordered stream. */
    public FrameTime shown(long offsetNanos, long order) {
        return new FrameTime(decodeNanos, offsetNanos, order, wallClockMicros);
    }

    /** Whether the frame's place in output order is known. */
    public boolean reordered() {
        return presentationOrder != 0;
    }
}
