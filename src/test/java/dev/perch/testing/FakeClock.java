package dev.perch.testing;

import dev.perch.media.Clock;
import java.time.Duration;

/** A clock that only the test moves. Threads that wait by the machine's clock have to be woken. */
public final class FakeClock implements Clock {
    private long nanos = 1_000_000_000_000L;

    /** Moves the clock on. */
    public synchronized void advance(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public synchronized long nanoTime() {
        return nanos;
    }

    @Override
    public synchronized long wallClockMicros() {
        return 1_700_000_000_000_000L + nanos / 1000;
    }
}
