package dev.perch.cmaf;

/**
 * The facts of a segment that are known when it begins.
 *
 * @param number counts a camera's segments without gaps, over all presentations
 * @param init the init segment that it needs
 * @param discontinuity whether its time or its parameters do not continue those of the segment before
 * @param discontinuities the number of them up to this segment, over all presentations
 * @param startTicks the decode time of its first frame in {@link Ticks}, 0 at the presentation's begin and true to the capture
 * @param wallClockMicros when its first frame was captured, in microseconds since 1970
 */
public record SegmentHead(
        long number, Init init, boolean discontinuity, long discontinuities, long startTicks, long wallClockMicros) {}
