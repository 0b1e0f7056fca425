package dev.perch.cmaf;

/**
 * The facts of a segment that are known when it begins.
 *
 * @param number counts a camera's segments without gaps, over all presentations
 * @param init the init segment that the segment needs
 * @param discontinuity whether time or parameters do not continue those of the segment before
 * @param discontinuities their number up to this segment, over all presentations
 * @param startTicks the decode time of the first frame in {@link Ticks}, 0 at the presentation's beginning and true to the capture
 * @param wallClockMicros the capture time of the first frame, in microseconds since 1970
 */
public record SegmentHead(
        long number, Init init, boolean discontinuity, long discontinuities, long startTicks, long wallClockMicros) {}
