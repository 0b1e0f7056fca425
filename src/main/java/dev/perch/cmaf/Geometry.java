package dev.perch.cmaf;

/**
 * The limits of the segments and parts of one presentation, as its first segment fixes them.
 *
 * @param targetSeconds no segment's duration, rounded, is more
 * @param partTargetTicks no part's duration is more
 * @param frameTicks the measured interval between frames
 */
public record Geometry(int targetSeconds, long partTargetTicks, double frameTicks) {
    /** Returns the longest duration of a part in seconds. */
    public double partSeconds() {
        return Ticks.seconds(partTargetTicks);
    }

    /** Returns the frame rate. */
    public double framesPerSecond() {
        return Ticks.HZ / frameTicks;
    }
}
