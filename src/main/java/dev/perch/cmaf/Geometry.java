package dev.perch.cmaf;

/**
 * What stays the same over a run of a segmenter; its first segment tells it.
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
