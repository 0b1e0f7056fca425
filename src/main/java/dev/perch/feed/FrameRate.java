package dev.perch.feed;

/** The rate of the last frames, by their capture times. Guarded by the feed. */
final class FrameRate {
    private static final int FRAMES = 32;
    private static final long SILENCE_NANOS = 2_000_000_000L;

    private final long[] nanos = new long[FRAMES];
    private int count;

    void add(long monotonicNanos) {
        nanos[count++ & FRAMES - 1] = monotonicNanos;
        if (count == 2 * FRAMES) {
            count = FRAMES; // keeps the index positive; the places stay full
        }
    }

    void clear() {
        count = 0;
    }

    /** Returns the frames a second; 0 if nothing came for 2 s, or for three intervals of a slower stream. */
    double perSecond(long nowNanos) {
        int known = Math.min(count, FRAMES);
        if (known < 2) {
            return 0;
        }
        long newest = nanos[count - 1 & FRAMES - 1];
        long oldest = nanos[count - known & FRAMES - 1];
        long span = newest - oldest;
        if (span <= 0 || nowNanos - newest > Math.max(SILENCE_NANOS, 3 * span / (known - 1))) {
            return 0;
        }
        return (known - 1) * 1e9 / span;
    }
}
