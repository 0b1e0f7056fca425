package dev.perch.cmaf;

import org.jspecify.annotations.Nullable;

/**
 * Decides where segments and parts end. The first segment fixes the longest duration of all segments in its presentation. Used by one thread.
 */
final class Boundaries {
    /**
     * How much longer later segments may be than the first: EXTINF is rounded to whole seconds (RFC 8216bis §4.4.3.1), so a fifth of a second is
     * added.
     */
    private static final double TARGET_SLACK_SECONDS = 0.2;

    /** How far a segment may exceed the target. */
    private static final double FORCED_SLACK_SECONDS = 0.4;

    /** The longest first segment of a camera whose key frames are further apart, so that nobody waits longer for a playlist. */
    private static final long LONGEST_FIRST_TICKS = 6L * Ticks.HZ;

    /** The clock may correct a frame's duration by 3 in 100. */
    private static final double PART_SLACK = 1.04;

    private final SegmentSettings settings;
    private @Nullable Geometry geometry;

    Boundaries(SegmentSettings settings) {
        this.settings = settings;
    }

    /** Returns whether a segment of that duration ends at the next key frame. */
    boolean due(long segmentTicks, double frameTicks) {
        return segmentTicks >= settings.segmentTicks() - frameTicks / 2;
    }

    /** Returns whether a segment of that duration is too long, so that it is cut within a GOP. */
    boolean tooLong(long segmentTicks) {
        Geometry known = geometry;
        long longest = known == null
                ? LONGEST_FIRST_TICKS
                : (long) ((known.targetSeconds() + FORCED_SLACK_SECONDS) * Ticks.HZ);
        return segmentTicks > longest;
    }

    /** Returns whether a part of that duration is too long. */
    boolean partTooLong(long partTicks) {
        Geometry known = geometry;
        return known != null && partTicks > known.partTargetTicks();
    }

    /** Returns whether a part of that duration has reached the usual length. */
    boolean partDue(long partTicks, double frameTicks) {
        Geometry known = geometry;
        return known != null && partTicks >= (double) known.partTargetTicks() / PART_SLACK - frameTicks / 2;
    }

    /** Returns the approximate duration of parts. */
    long partTicks() {
        return settings.partTicks();
    }

    /** Returns whether the limits are fixed. */
    boolean measured() {
        return geometry != null;
    }

    /** Fixes the limits from the first segment. */
    Geometry measure(long segmentTicks, double frameTicks) {
        double least = settings.segment().toNanos() / 1e9;
        double rounded = Math.rint(Ticks.seconds(segmentTicks) + TARGET_SLACK_SECONDS);
        int target = (int) Math.max(1, Math.max(Math.ceil(least), rounded));
        long frames = Math.max(1, Math.round((double) settings.partTicks() / frameTicks));
        double partMillis = Math.ceil(frames * frameTicks * PART_SLACK * 1000 / Ticks.HZ);
        Geometry limits = new Geometry(target, Math.round(partMillis * Ticks.HZ / 1000), frameTicks);
        geometry = limits;
        return limits;
    }
}
