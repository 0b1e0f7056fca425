package dev.perch.cmaf;

/**
 * The limits of the segments and parts of one presentation, fixed by its first segment.
 *
 * @param targetSeconds the most of any segment's duration, rounded
 * @param partTargetTicks the most of any part's duration
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
