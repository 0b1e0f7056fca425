package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.memory.ArenaPool;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads do, with a deadline. */
public final class Await {
    private Await() {}

    /** Waits until {@code condition} holds, looking every few milliseconds; fails with {@code state} after {@code seconds}. */
    public static void until(double seconds, BooleanSupplier condition, Supplier<String> state) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + seconds + " s: " + state.get());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    /** Waits a few milliseconds for {@code event} and returns whether it has come. As a condition of {@link #until} it ends the wait without a delay. */
    public static boolean event(CountDownLatch event) {
        try {
            return event.await(5, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            throw new AssertionError("interrupted", stopped);
        }
    }

    /** Waits until all that was leased of {@code pool} is given back. */
    public static void allGivenBack(ArenaPool pool) {
        until(
                3,
                () -> pool.budget().leasedBytes() == 0,
                () -> pool.budget().leasedByHolder().toString());
        assertEquals(0, pool.openArenas());
    }

    /** Returns true if a thread runs whose name begins so. */
    public static boolean runs(String threadName) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith(threadName));
    }
}
