package dev.perch.progressive;

/** The minimum of the last 32 to 64 values. */
final class LowWater {
    private static final int HALF = 32;

    private long now = Long.MAX_VALUE;
    private long before = Long.MAX_VALUE;
    private int count;

    void add(long value) {
        now = Math.min(now, value);
        if (++count == HALF) {
            before = now;
            now = Long.MAX_VALUE;
            count = 0;
        }
    }

    /** Returns the minimum; 0 as long as there are fewer than 32 values. */
    long least() {
        return before == Long.MAX_VALUE ? 0 : Math.min(now, before);
    }

    void clear() {
        now = Long.MAX_VALUE;
        before = Long.MAX_VALUE;
        count = 0;
    }
}
