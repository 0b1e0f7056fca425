package dev.perch.cmaf;

import java.time.Duration;

/**
 * How a camera's frames are cut.
 *
 * @param segment the least duration of a segment, which ends before the next key frame
 * @param part the duration that a part's comes near to
 */
public record SegmentSettings(Duration segment, Duration part) {
    long segmentTicks() {
        return Ticks.of(segment.toNanos());
    }

    long partTicks() {
        return Ticks.of(part.toNanos());
    }
}
