package dev.perch.mp4;

/** Times in ticks of a timescale. */
final class Ticks {
    private static final long NANOS = 1_000_000_000L;

    private Ticks() {}

    /** Returns the time in nanoseconds, rounded down. Years of ticks do not overflow. */
    static long nanos(long ticks, long timescaleHz) {
        return Math.floorDiv(ticks, timescaleHz) * NANOS + Math.floorMod(ticks, timescaleHz) * NANOS / timescaleHz;
    }
}
