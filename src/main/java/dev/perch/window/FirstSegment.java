package dev.perch.window;

import dev.perch.media.KeyFrames;

/**
 * The wait for the first segment of a window while frames come, but no key frame to begin it with: the camera ran before, and its ring does not reach
 * back to the last one.
 *
 * @param sinceNanos the age of the last key frame
 * @param dueNanos the time until the next one: at most what the longest GOP leaves, or else what passes until the source is started anew for want of one
 * @param longestNanos the longest GOP seen
 * @param known whether a GOP tells that
 * @param overdue whether even the time after which the source is started anew has passed
 */
public record FirstSegment(long sinceNanos, long dueNanos, long longestNanos, boolean known, boolean overdue) {
    /**
     * The least time for which a request is held. The first segment is there when the camera has started and given a GOP, or 6 s of one. Players wait longer than
     * this (hls.js 20 s for a playlist).
     */
    static final long LEAST_HELD_NANOS = 18_000_000_000L;

    /** The most: a proxy ends what is silent for longer (nginx: 60 s). */
    static final long MOST_HELD_NANOS = 50_000_000_000L;

    /** The time from the key frame on: the first segment of a long GOP is cut after 6 s. */
    private static final long SEGMENT_NANOS = 8_000_000_000L;

    private static final long LEAST_DUE_NANOS = 2_000_000_000L;

    static FirstSegment of(KeyFrames keys, long nowNanos, long frameNanos) {
        long sinceNanos = nowNanos - keys.newestNanos();
        boolean known = keys.dueNanos(nowNanos).isPresent();
        long dueNanos = keys.dueNanos(nowNanos).orElse(keys.neverNanos(frameNanos) - sinceNanos);
        return new FirstSegment(
                sinceNanos, Math.max(LEAST_DUE_NANOS, dueNanos), keys.longestNanos(), known, dueNanos <= 0);
    }

    /** Returns how long a request is held for it. */
    long heldNanos() {
        long there = dueNanos + SEGMENT_NANOS;
        return Math.max(LEAST_HELD_NANOS, Math.min(MOST_HELD_NANOS, there));
    }

    /** Returns after how many seconds to ask again. */
    public int retrySeconds() {
        return (int) ((dueNanos + 999_999_999) / 1_000_000_000);
    }

    /** Returns why there is no segment yet, for people. */
    public String sentence(String camera) {
        String begin = "A segment begins with a key frame, and the last one of camera " + camera + " was "
                + seconds(sinceNanos) + " s ago.";
        return begin + next() + " Set one every second, and nobody waits.";
    }

    private String next() {
        if (known) {
            return " Its key frames are up to " + seconds(longestNanos) + " s apart: the next one is due within "
                    + retrySeconds() + " s.";
        }
        return overdue
                ? " That is longer than it may take, and the camera is being started anew."
                : " When the next one comes is not known; without one, the camera is started anew within "
                        + retrySeconds() + " s.";
    }

    private static long seconds(long nanos) {
        return Math.round(nanos / 1e9);
    }
}
