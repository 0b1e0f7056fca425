package dev.perch.feed;

/** The rate of the last frames, from the times of their capture. Guarded by the feed. */
final class FrameRate {
    private static final int WINDOW = 32;

    private final long[] nanos = new long[WINDOW];
    private int count;

    void add(long monotonicNanos) {
        nanos[count++ & WINDOW - 1] = monotonicNanos;
        if (count == 2 * WINDOW) {
            count = WINDOW; // keeps the index positive; the window stays full
        }
    }

    void clear() {
        count = 0;
    }

    double perSecond() {
        int known = Math.min(count, WINDOW);
        if (known < 2) {
            return 0;
        }
        long newest = nanos[count - 1 & WINDOW - 1];
        long oldest = nanos[count - known & WINDOW - 1];
        return newest > oldest ? (known - 1) * 1e9 / (newest - oldest) : 0;
    }
}
