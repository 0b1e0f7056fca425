package dev.perch.window;

import dev.perch.media.KeyFrames;

/**
 * The wait for a window's first segment while frames come, but no key frame to begin it: the camera was already running, and its ring does not reach
 * back to the last one.
 *
 * @param sinceNanos the age of the last key frame
 * @param dueNanos the time until the next one: at most what the longest GOP leaves, else the time until the source is restarted for lack of one
 * @param longestNanos the longest GOP seen
 * @param known whether {@code dueNanos} comes from a GOP
 * @param overdue whether even the time for that restart has passed
 */
public record FirstSegment(long sinceNanos, long dueNanos, long longestNanos, boolean known, boolean overdue) {
    /**
     * The least time for which a request is held. The first segment is there when the camera has started and given a GOP, or 6 s of one. Players wait
     * longer (hls.js 20 s for a playlist).
     */
    static final long LEAST_HELD_NANOS = 18_000_000_000L;

    /** The most time for which a request is held: proxies end a silent connection after longer (nginx: 60 s). */
    static final long MOST_HELD_NANOS = 50_000_000_000L;

    /** The time from the key frame to the segment's end: the first segment of a long GOP is cut after 6 s. */
    private static final long SEGMENT_NANOS = 8_000_000_000L;

    private static final long LEAST_DUE_NANOS = 2_000_000_000L;

    static FirstSegment of(KeyFrames keys, long nowNanos, long frameNanos) {
        long sinceNanos = nowNanos - keys.newestNanos();
        boolean known = keys.dueNanos(nowNanos).isPresent();
        long dueNanos = keys.dueNanos(nowNanos).orElse(keys.neverNanos(frameNanos) - sinceNanos);
        return new FirstSegment(
                sinceNanos, Math.max(LEAST_DUE_NANOS, dueNanos), keys.longestNanos(), known, dueNanos <= 0);
    }

    /** Returns how long a request is held. */
    long heldNanos() {
        long there = dueNanos + SEGMENT_NANOS;
        return Math.max(LEAST_HELD_NANOS, Math.min(MOST_HELD_NANOS, there));
    }

    /** Returns the number of seconds after which a client should ask again. */
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
