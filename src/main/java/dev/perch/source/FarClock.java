package dev.perch.source;

import dev.perch.media.Clock;
import dev.perch.media.FrameTime;

/**
 * Maps the times of another machine's frames to this machine's clock. The fastest frame is assumed to have been under way for no time, so that the
 * network's delay of the others does not show: frames keep the distances at which they were captured. A clock that runs slower or faster than this
 * machine's is followed slowly. For one thread.
 */
final class FarClock {
    /** Stands for the capture time of a frame of which the stream tells none. */
    static final long UNTOLD = Long.MIN_VALUE;

    /** A larger step means that the far clock was set: no stall of the network is tolerated for so long. */
    private static final long JUMP_NANOS = 10_000_000_000L;

    /** A larger step back means that the time begins anew: two tracks of one stream may be this far apart. */
    private static final long BACK_NANOS = 5_000_000_000L;

    /** If all frames of a window are later than this, the source has stood still, or its clock was set. */
    private static final long LATE_NANOS = 500_000_000L;

    /** The first frames may be this old: those since the last key frame. */
    private static final long MOST_BACKLOG_NANOS = 5_000_000_000L;

    private static final long WINDOW_NANOS = 10_000_000_000L;

    /** Clocks of computers differ by at most a thousandth. */
    private static final long SLEW_NANOS = WINDOW_NANOS / 1000;

    /** 2001-09-09: a smaller number is no time of day, but counts from the far machine's start. */
    private static final long LEAST_WALL_MICROS = 1_000_000_000_000_000L;

    private final Clock clock;
    private boolean begun;
    private boolean byWall; // whether the far time is a time of day
    private long baseNanos; // when the far time was 0
    private long lastFarNanos;
    private long windowNanos; // when the current window began
    private long leastNanos; // the least delay of any frame of the window

    FarClock(Clock clock) {
        this.clock = clock;
    }

    /**
     * Returns the time of a frame that has just come.
     *
     * @param streamNanos a time that rises with the stream's frames
     * @param capturedMicros the capture time by the far machine's clock, or {@link #UNTOLD}
     */
    FrameTime arrived(long streamNanos, long capturedMicros) {
        long nowNanos = clock.nanoTime();
        long wallMicros = clock.wallClockMicros();
        boolean wall = capturedMicros >= LEAST_WALL_MICROS;
        long farNanos = capturedMicros == UNTOLD ? streamNanos : capturedMicros * 1000;
        long lateNanos = nowNanos - baseNanos - farNanos;
        boolean set = Math.abs(lateNanos) > JUMP_NANOS || lastFarNanos - farNanos > BACK_NANOS;
        if (!begun || wall != byWall || set) {
            begin(nowNanos, farNanos, wall ? wallMicros - capturedMicros : 0);
            byWall = wall;
        } else {
            follow(nowNanos, lateNanos);
        }
        lastFarNanos = farNanos;
        long atNanos = Math.min(nowNanos, baseNanos + farNanos);
        return new FrameTime(atNanos, wall ? capturedMicros : wallMicros - (nowNanos - atNanos) / 1000);
    }

    private void follow(long nowNanos, long lateNanos) {
        long late = lateNanos;
        if (late < 0) {
            baseNanos += late;
            late = 0;
        }
        leastNanos = Math.min(leastNanos, late);
        if (nowNanos - windowNanos >= WINDOW_NANOS) {
            baseNanos += leastNanos > LATE_NANOS ? leastNanos : Math.min(leastNanos, SLEW_NANOS);
            windowNanos = nowNanos;
            leastNanos = Long.MAX_VALUE;
        }
    }

    /**
     * Begins anew.
     *
     * @param agedMicros the frame's age, if both machines have the same time of day
     */
    private void begin(long nowNanos, long farNanos, long agedMicros) {
        long agedNanos = agedMicros * 1000;
        begun = true;
        baseNanos = nowNanos - farNanos - (agedNanos > 0 && agedNanos < MOST_BACKLOG_NANOS ? agedNanos : 0);
        windowNanos = nowNanos;
        leastNanos = Long.MAX_VALUE;
    }
}
