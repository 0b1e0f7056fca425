package dev.perch.codec;

/** Lets through so many frames a second at most, as evenly as they come. For one thread. */
final class Pace {
    private final long intervalNanos;
    private final long tolerance; // of a frame that comes a little early: without it every second one would be left out
    private boolean begun;
    private long dueNanos;

    /** @param framesPerSecond 0 for all frames */
    Pace(double framesPerSecond) {
        this.intervalNanos = framesPerSecond > 0 ? Math.round(1e9 / framesPerSecond) : 0;
        this.tolerance = intervalNanos / 8;
    }

    /** Returns whether a frame that was captured at {@code nanos} is let through. */
    boolean takes(long nanos) {
        if (intervalNanos == 0) {
            return true;
        }
        boolean late = begun && nanos - dueNanos > intervalNanos; // after a gap
        boolean early = begun && dueNanos - nanos > intervalNanos; // the clock was set back
        if (begun && !late && !early && nanos < dueNanos - tolerance) {
            return false;
        }
        dueNanos = (begun && !late && !early ? dueNanos : nanos) + intervalNanos;
        begun = true;
        return true;
    }
}
