package dev.perch.cmaf;

import java.time.Duration;

/**
 * The durations of segments and parts.
 *
 * @param segment the least duration of a segment, which ends before the next key frame
 * @param part the approximate duration of a part
 */
public record SegmentSettings(Duration segment, Duration part) {
    long segmentTicks() {
        return Ticks.of(segment.toNanos());
    }

    long partTicks() {
        return Ticks.of(part.toNanos());
    }
}
