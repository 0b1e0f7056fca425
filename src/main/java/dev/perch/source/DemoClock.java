package dev.perch.source;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The clock by which the demo plays. */
interface DemoClock {
    /** The system's clock. */
    DemoClock SYSTEM = new DemoClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallClockMicros() {
            return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        }

        @Override
        public boolean reaches(long monotonicNanos, CountDownLatch stop) throws InterruptedException {
            return !stop.await(monotonicNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    };

    /** Returns monotonic nanoseconds. */
    long nanoTime();

    /** Returns microseconds since 1970-01-01T00:00:00Z. */
    long wallClockMicros();

    /**
     * Waits until {@code monotonicNanos}, or until {@code stop} reaches zero.
     *
     * @return false if {@code stop} has reached zero
     */
    boolean reaches(long monotonicNanos, CountDownLatch stop) throws InterruptedException;
}
