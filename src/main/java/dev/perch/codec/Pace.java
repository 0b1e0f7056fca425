package dev.perch.codec;

/** Lets through a limited number of frames a second, as evenly as they come. Used by one thread. */
final class Pace {
    private final long intervalNanos;
    private final long tolerance; // for frames that come a little early: else every second one is left out
    private boolean begun;
    private long dueNanos;

    /**
     * Creates a pace.
     *
     * @param framesPerSecond 0 for all frames
     */
    Pace(double framesPerSecond) {
        this.intervalNanos = framesPerSecond > 0 ? Math.round(1e9 / framesPerSecond) : 0;
        this.tolerance = intervalNanos / 8;
    }

    /** Returns whether a frame captured at {@code nanos} is let through. */
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
