package dev.perch.cmaf;

import dev.perch.media.FrameTime;

/** Media time in segments: ticks of 90 kHz. */
public final class Ticks {
    /** Ticks a second. */
    public static final int HZ = 90_000;

    private Ticks() {}

    /** Returns {@code nanos} in ticks, rounded down. */
    public static long of(long nanos) {
        return nanos * 9 / 100_000; // no overflow in 32 years
    }

    /** Returns the time from one capture to another, on the monotonic clock. */
    public static long between(FrameTime from, FrameTime to) {
        return of(to.decodeNanos() - from.decodeNanos());
    }

    /** Returns a time of another timescale, rounded down. */
    public static long of(long ticks, int timescaleHz) {
        return timescaleHz == HZ ? ticks : ticks / timescaleHz * HZ + ticks % timescaleHz * HZ / timescaleHz;
    }

    /** Returns {@code ticks} in seconds. */
    public static double seconds(long ticks) {
        return (double) ticks / HZ;
    }
}
