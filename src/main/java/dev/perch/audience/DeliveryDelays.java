package dev.perch.audience;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The delays from the capture of frames until their last byte is sent, counted in classes. Safe from any thread; nothing is allocated per frame.
 */
public final class DeliveryDelays {
    private static final long[] BOUND_MICROS = {
        5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000
    };

    private final AtomicLongArray counts =
            new AtomicLongArray(BOUND_MICROS.length + 1); // the last one is beyond all bounds
    private final AtomicLong sumMicros = new AtomicLong();

    void add(long delayNanos) {
        long micros = Math.max(0, delayNanos / 1000);
        int at = 0;
        while (at < BOUND_MICROS.length && micros > BOUND_MICROS[at]) {
            at++;
        }
        sumMicros.addAndGet(micros);
        counts.incrementAndGet(at);
    }

    /** Returns the number of classes with an upper bound. */
    public int bounds() {
        return BOUND_MICROS.length;
    }

    /** Returns the upper bound of a class, in seconds. */
    public double boundSeconds(int at) {
        return BOUND_MICROS[at] / 1e6;
    }

    /** Returns the number of frames in a class; class {@link #bounds()} is beyond all bounds. */
    public long count(int at) {
        return counts.get(at);
    }

    /** Returns the sum of all delays, in seconds. */
    public double sumSeconds() {
        return sumMicros.get() / 1e6;
    }
}
