package dev.perch.testing;

import dev.perch.media.Clock;
import java.time.Duration;

/** A clock that stands still until the test moves it. Whatever waits by the machine's clock has to be woken. */
public final class FakeClock implements Clock {
    private long nanos = 1_000_000_000_000L;

    /** Moves it on. */
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
