package dev.perch.cmaf;

import dev.perch.media.FrameTime;
import java.time.Duration;

/**
 * How a camera's frames are cut, and how many of them are kept.
 *
 * @param camera its name
 * @param segment the least duration of a segment, which ends with the key frame after
 * @param part what a part's duration comes near to
 * @param window how long the listed segments last together
 */
public record SegmentSettings(String camera, Duration segment, Duration part, Duration window) {
    long segmentTicks() {
        return ticks(segment.toNanos());
    }

    long partTicks() {
        return ticks(part.toNanos());
    }

    long windowTicks() {
        return ticks(window.toNanos());
    }

    String holder() {
        return camera + " HLS window";
    }

    String setting() {
        return "cameras." + camera + ".window";
    }

    static long ticks(long nanos) {
        return nanos * 9 / 100_000; // 90 kHz; good for 32 years
    }

    /** From one capture to another, on the monotonic clock. */
    static long ticks(FrameTime from, FrameTime to) {
        return ticks(to.decodeNanos() - from.decodeNanos());
    }
}
