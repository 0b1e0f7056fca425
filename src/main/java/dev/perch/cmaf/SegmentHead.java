package dev.perch.cmaf;

/**
 * What is known of a segment when it begins.
 *
 * @param number counts a camera's segments without gaps, over all runs of its segmenter
 * @param init the init segment that it needs
 * @param discontinuity whether its time or its parameters do not continue those of the segment before
 * @param discontinuities how many there were up to this segment, over all runs
 * @param startTicks decode time of its first frame in {@link Ticks}, 0 at the run's begin and true to the capture
 * @param wallClockMicros when its first frame was captured, in microseconds since 1970
 */
public record SegmentHead(
        long number, Init init, boolean discontinuity, long discontinuities, long startTicks, long wallClockMicros) {}
