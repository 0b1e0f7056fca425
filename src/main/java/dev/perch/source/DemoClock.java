package dev.perch.source;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time that the demo plays by; tests bring their own. */
interface DemoClock {
    /** The system's own. */
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

    /** Monotonic nanoseconds. */
    long nanoTime();

    /** Microseconds since 1970-01-01T00:00:00Z. */
    long wallClockMicros();

    /** Waits until {@code monotonicNanos}, or until {@code stop} is open; false when it is. */
    boolean reaches(long monotonicNanos, CountDownLatch stop) throws InterruptedException;
}
