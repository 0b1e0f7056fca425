package dev.perch.source;

import dev.perch.media.Clock;
import dev.perch.media.FrameTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Places the time of a stream that another program reads on this machine's clock. For one thread.
 *
 * <p>A stream that comes as it happens is placed so that no frame lies in the future: the quickest of the latest frames has the moment at which it came. A clock that
 * goes slower or quicker than this machine's is followed slowly. A recording is held back until each frame is due.
 */
final class StreamClock {
    /** Beyond this the stream's time has begun anew; no stall of the network is borne for so long. */
    private static final long JUMP_NANOS = 10_000_000_000L;

    /** The same for a recording, whose frames may be far apart. */
    private static final long FAR_NANOS = 60_000_000_000L;

    /** A recording that is later than this goes on from here, as after the machine's sleep. */
    private static final long LATE_NANOS = 500_000_000L;

    private static final long CATCH_UP_NANOS = 300_000_000L;

    private static final long WINDOW_NANOS = 10_000_000_000L;

    /** No two clocks of computers differ by more than a thousandth. */
    private static final long SLEW_NANOS = WINDOW_NANOS / 1000;

    private final Clock clock;
    private final CountDownLatch stop;
    private boolean begun;
    private long baseNanos; // when the stream's time was 0
    private boolean catchingUp;
    private long caughtNanos;
    private long caughtMillis;
    private long aheadNanos;
    private long windowNanos; // when the window began
    private long leastNanos; // by which a frame of the window came after its time

    /** Makes the clock of a stream that comes as it happens. */
    StreamClock(Clock clock) {
        this(clock, new CountDownLatch(1));
    }

    /**
     * Makes a clock that has not begun.
     *
     * @param stop ends the waits
     */
    StreamClock(Clock clock, CountDownLatch stop) {
        this.clock = clock;
        this.stop = stop;
    }

    /** Forgets the place of the stream's time: another stream begins. */
    void restart() {
        begun = false;
        catchingUp = false;
        aheadNanos = 0;
    }

    /** Returns the time of a frame that has just come, of a stream that comes as it happens. */
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

    /** Waits until a frame of a recording is due, or the wait is ended, and returns its time. */
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

    /** Returns how much more of the stream has come than time has passed: of a live one, what was sent at its beginning. */
    long aheadNanos() {
        return aheadNanos;
    }

    /**
     * Returns whether frames come no quicker than they are shown, as far as the last moments tell: the end of a file that another program writes has been reached.
     */
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
