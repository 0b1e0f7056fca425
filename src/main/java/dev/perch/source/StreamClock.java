package dev.perch.source;

import dev.perch.media.Clock;
import dev.perch.media.FrameTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Maps the time of a stream that another program reads to this machine's clock. For one thread.
 *
 * <p>A live stream is placed so that no frame lies in the future: the fastest of the latest frames has the moment of its arrival. A clock that runs
 * slower or faster than this machine's is followed slowly. A recording is held back until each frame is due.
 */
final class StreamClock {
    /** A larger step means that the stream's time has begun anew: no stall of the network is tolerated for so long. */
    private static final long JUMP_NANOS = 10_000_000_000L;

    /** The same for a recording, whose frames may be far apart. */
    private static final long FAR_NANOS = 60_000_000_000L;

    /** A recording that is later than this continues from here, as after the machine's sleep. */
    private static final long LATE_NANOS = 500_000_000L;

    private static final long CATCH_UP_NANOS = 300_000_000L;

    private static final long WINDOW_NANOS = 10_000_000_000L;

    /** Clocks of computers differ by at most a thousandth. */
    private static final long SLEW_NANOS = WINDOW_NANOS / 1000;

    private final Clock clock;
    private final CountDownLatch stop;
    private boolean begun;
    private long baseNanos; // when the stream's time was 0
    private boolean catchingUp;
    private long caughtNanos;
    private long caughtMillis;
    private long aheadNanos;
    private long windowNanos; // when the current window began
    private long leastNanos; // the least delay of any frame of the window

    /** Creates the clock of a live stream. */
    StreamClock(Clock clock) {
        this(clock, new CountDownLatch(1));
    }

    /**
     * Creates a clock that has not begun.
     *
     * @param stop ends the waits
     */
    StreamClock(Clock clock, CountDownLatch stop) {
        this.clock = clock;
        this.stop = stop;
    }

    /** Forgets the mapping, because another stream begins. */
    void restart() {
        begun = false;
        catchingUp = false;
        aheadNanos = 0;
    }

    /** Returns the time of a live stream's frame that has just come. */
    FrameTime arrived(long millis) {
        long nowNanos = clock.nanoTime();
        long streamNanos = TimeUnit.MILLISECONDS.toNanos(millis);
        long lateNanos = nowNanos - baseNanos - streamNanos;
        if (!begun || Math.abs(lateNanos) > JUMP_NANOS) {
            begin(nowNanos, streamNanos);
            lateNanos = 0;
        } else if (lateNanos < 0) {
            baseNanos += lateNanos;
            aheadNanos -= lateNanos;
            lateNanos = 0;
        }
        leastNanos = Math.min(leastNanos, lateNanos);
        if (nowNanos - windowNanos >= WINDOW_NANOS) {
            // all were late: the stream's clock is slow, or its source has stood still
            baseNanos += leastNanos > LATE_NANOS ? leastNanos : Math.min(leastNanos, SLEW_NANOS);
            windowNanos = nowNanos;
            leastNanos = Long.MAX_VALUE;
        }
        return time(nowNanos, streamNanos);
    }

    /** Waits until a recording's frame is due, or the wait is ended, and returns its time. */
    FrameTime due(long millis) {
        long nowNanos = clock.nanoTime();
        long streamNanos = TimeUnit.MILLISECONDS.toNanos(millis);
        long lateNanos = nowNanos - baseNanos - streamNanos;
        if (!begun || lateNanos > LATE_NANOS || lateNanos < -FAR_NANOS) {
            begin(nowNanos, streamNanos);
        }
        try {
            long leftNanos = baseNanos + streamNanos - nowNanos;
            while (leftNanos > 0 && !stop.await(leftNanos, TimeUnit.NANOSECONDS)) {
                nowNanos = clock.nanoTime();
                leftNanos = baseNanos + streamNanos - nowNanos;
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        return time(nowNanos, streamNanos);
    }

    /** Returns how much more of the stream has come than time has passed: for a live one, the backlog sent at its beginning. */
    long aheadNanos() {
        return aheadNanos;
    }

    /** Returns whether frames have lately come no faster than they play: the end of a file that another program writes has been reached. */
    boolean caughtUp(long millis) {
        long nowNanos = clock.nanoTime();
        if (!catchingUp) {
            catchingUp = true;
            caughtNanos = nowNanos;
            caughtMillis = millis;
        }
        long passedNanos = nowNanos - caughtNanos;
        if (passedNanos < CATCH_UP_NANOS) {
            return false;
        }
        boolean slow = TimeUnit.MILLISECONDS.toNanos(millis - caughtMillis) < 3 * passedNanos;
        caughtNanos = nowNanos;
        caughtMillis = millis;
        return slow;
    }

    private void begin(long nowNanos, long streamNanos) {
        begun = true;
        baseNanos = nowNanos - streamNanos;
        windowNanos = nowNanos;
        leastNanos = Long.MAX_VALUE;
    }

    private FrameTime time(long nowNanos, long streamNanos) {
        long atNanos = Math.min(nowNanos, baseNanos + streamNanos);
        return new FrameTime(atNanos, clock.wallClockMicros() - (nowNanos - atNanos) / 1000);
    }
}
