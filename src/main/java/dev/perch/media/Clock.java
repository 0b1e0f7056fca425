package dev.perch.media;

import java.time.Instant;

/** The monotonic clock that frames are stamped with, and the time of day. Safe from any thread. */
public interface Clock {
    /** The machine's clocks. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public long wallClockMicros() {
            Instant now = Instant.now();
            return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        }
    };

    /** CLOCK_MONOTONIC in nanoseconds, as {@link System#nanoTime} on Linux; only differences mean something. */
    long nanoTime();

    /** Microseconds since 1970-01-01T00:00:00Z. */
    long wallClockMicros();
}
