package dev.perch.push;

import java.util.concurrent.ThreadLocalRandom;

/** The pauses between attempts: 1, 2, 4 … 30 s, each up to a quarter longer, so that many pushes do not connect at once. For one thread. */
final class BackOff {
    private static final long FIRST_NANOS = 1_000_000_000L;
    private static final long MOST_NANOS = 30_000_000_000L;

    private long nextNanos = FIRST_NANOS;
    private long dueNanos;

    /** Returns true if an attempt may be made. */
    boolean due(long nowNanos) {
        return nowNanos - dueNanos >= 0;
    }

    /** Records a failed attempt, or a lost connection. */
    void failed(long nowNanos) {
        dueNanos = nowNanos + nextNanos + ThreadLocalRandom.current().nextLong(nextNanos / 4);
        nextNanos = Math.min(MOST_NANOS, 2 * nextNanos);
    }

    /** Records that the connection works. */
    void worked() {
        nextNanos = FIRST_NANOS;
    }

    /** Allows an attempt at once. */
    void begin(long nowNanos) {
        nextNanos = FIRST_NANOS;
        dueNanos = nowNanos;
    }
}
