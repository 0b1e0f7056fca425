package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import dev.perch.memory.Faults;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Timeout(30)
@Execution(ExecutionMode.CONCURRENT)
class PumpTest {
    private final Logger log = Logger.getLogger(Pump.class.getName());
    private final Semaphore delivered = new Semaphore(0);
    private final Semaphore controlled = new Semaphore(0);
    private final AtomicReference<Thread> thread = new AtomicReference<>();
    private final AtomicLong wait = new AtomicLong(Long.MAX_VALUE);

    private long control(long nowNanos) {
        thread.set(Thread.currentThread());
        controlled.release();
        return wait.get();
    }

    private Thread pumpThread() {
        return Objects.requireNonNull(thread.get());
    }

    @BeforeEach
    void muteExpectedFaults() {
        log.setLevel(Level.OFF);
    }

    @AfterEach
    void unmute() {
        log.setLevel(null);
    }

    private static void await(Semaphore event, int times) throws InterruptedException {
        assertTrue(event.tryAcquire(times, 10, TimeUnit.SECONDS));
    }

    /** Waits until the pump has nothing more to do. */
    private void awaitParked(Pump pump) throws InterruptedException {
        await(controlled, 1);
        while (LockSupport.getBlocker(pumpThread()) != pump) {
            Thread.onSpinWait();
        }
    }

    @Test
    void idlePump_parksUntilItIsWoken() throws Exception {
        try (Pump pump = started("pump", this::control)) {
            awaitParked(pump);
            controlled.drainPermits();
            assertFalse(controlled.tryAcquire(700, TimeUnit.MILLISECONDS), "nobody to serve: not even a tick");
            assertEquals(Thread.State.WAITING, pumpThread().getState());
            for (int i = 0; i < 100; i++) {
                pump.wake();
                await(controlled, 1);
            }
        }
    }

    @Test
    void outlet_isServedAtOnce_andAtLeastFourTimesASecond() throws Exception {
        try (Pump pump = started("pump", this::control)) {
            awaitParked(pump);
            long start = System.nanoTime();
            pump.add(now -> delivered.release(), List.of());
            await(delivered, 9);
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            assertTrue(seconds < 6, "eight ticks take two seconds on an idle machine: seconds=" + seconds);
        }
    }

    @Test
    void ticks_doNotSpin() throws Exception {
        AtomicInteger rounds = new AtomicInteger();
        try (Pump pump = started("pump", this::control)) {
            pump.add(now -> rounds.incrementAndGet(), List.of());
            await(controlled, 4);
            long start = System.nanoTime();
            int before = rounds.get();
            await(controlled, 4);
            long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertTrue(rounds.get() - before <= 5 + elapsedMillis / 250, "rounds=" + (rounds.get() - before));
            assertTrue(elapsedMillis > 500, "four rounds without a wake take a second: millis=" + elapsedMillis);
        }
    }

    @Test
    void controlsWait_isHonoured() throws Exception {
        wait.set(5_000_000);
        try (Pump pump = started("pump", this::control)) {
            await(controlled, 50);
            wait.set(Long.MAX_VALUE);
            pump.wake();
        }
    }

    /** A frame costs no wake-up where nobody watches it, and no turn of the control where somebody does. */
    @Test
    void frames_wakeThosePumpsThatDeliverThem() throws Exception {
        Feed watched = TestFeed.fixed(Encoding.JPEG, 10_000).feed;
        Feed unwatched = TestFeed.fixed(Encoding.H264, 10_000).feed;
        try (Pump pump = started("pump", this::control)) {
            awaitParked(pump);
            for (int i = 0; i < 100; i++) {
                pump.wake(unwatched);
            }
            assertEquals(pump, LockSupport.getBlocker(pumpThread()));
            assertEquals(0, controlled.availablePermits());

            pump.add(now -> delivered.release(), List.of(watched));
            await(delivered, 1);
            int frames = 0;
            for (int before = controlled.availablePermits(); controlled.availablePermits() < before + 2; frames++) {
                pump.wake(watched);
                await(delivered, 1);
            }
            assertTrue(frames > 4, "from one tick to the next, and its control: frames=" + frames);
        }
    }

    @Test
    void removedOutlet_isServedNoMore() throws Exception {
        try (Pump pump = started("pump", this::control)) {
            Outlet outlet = now -> delivered.release();
            pump.add(outlet, List.of());
            await(delivered, 1);
            pump.remove(outlet);
            controlled.drainPermits();
            pump.wake();
            await(controlled, 1); // a round that began before the removal is over by now
            controlled.drainPermits();
            delivered.drainPermits();
            pump.wake();
            await(controlled, 1);
            assertEquals(0, delivered.availablePermits());
        }
    }

    @Test
    void throwingOutlet_isRemoved_theOthersAreServed() throws Exception {
        AtomicInteger thrown = new AtomicInteger();
        try (Pump pump = started("pump", this::control)) {
            pump.add(
                    now -> {
                        thrown.incrementAndGet();
                        throw new IllegalStateException("a test's fault");
                    },
                    List.of());
            pump.add(now -> delivered.release(), List.of());
            for (int i = 0; i < 10; i++) {
                delivered.drainPermits();
                pump.wake();
                await(delivered, 1);
            }
            assertEquals(1, thrown.get());
        }
    }

    @Test
    void throwingControl_isTriedAgain_andDeliveriesGoOn() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Pump.Control faulty = now -> {
            controlled.release();
            if (tries.incrementAndGet() < 3) {
                throw new IllegalStateException("a test's fault");
            }
            return Long.MAX_VALUE;
        };
        try (Pump pump = started("pump", faulty)) {
            await(controlled, 3);
            pump.add(now -> delivered.release(), List.of());
            await(delivered, 1);
        }
    }

    @Test
    void error_endsNeitherPumpNorControl_andIsTold() throws Exception {
        Faults faults = new Faults();
        AtomicInteger tries = new AtomicInteger();
        Pump.Control faulty = now -> {
            controlled.release();
            if (tries.incrementAndGet() < 3) {
                throw new OutOfMemoryError("a test's error");
            }
            return Long.MAX_VALUE;
        };
        Pump pump = new Pump("pump", faulty, faults);
        pump.start();
        try (pump) {
            await(controlled, 3);
            pump.add(
                    now -> {
                        throw new StackOverflowError("a test's error");
                    },
                    List.of());
            pump.add(now -> delivered.release(), List.of());
            await(delivered, 2);
        }
        String told = faults.recent(System.nanoTime()).orElseThrow();
        assertTrue(told.startsWith("An error (StackOverflowError) befell a viewer "), told);
    }

    @Test
    void errorOnAProducersThread_doesNotReachIt_isTold_andThePumpDelivers() throws Exception {
        Faults faults = new Faults();
        Feed feed = TestFeed.fixed(Encoding.H264, 10_000).feed;
        Pump pump = new Pump("pump", this::control, faults);
        pump.start();
        try (pump) {
            pump.add(
                    new Outlet() {
                        @Override
                        public void deliver(long nowNanos) {
                            delivered.release();
                        }

                        @Override
                        public boolean deliverAtOnce(long nowNanos) {
                            throw new StackOverflowError("a test's error");
                        }
                    },
                    List.of(feed));
            await(delivered, 1);
            delivered.drainPermits();
            pump.wake(feed);
            await(delivered, 1);
        }
        String told = faults.recent(System.nanoTime()).orElseThrow();
        assertTrue(told.startsWith("An error (StackOverflowError) befell a viewer "), told);
    }

    @Test
    void interruptedPump_parksAgain() throws Exception {
        try (Pump pump = started("pump", this::control)) {
            awaitParked(pump);
            pumpThread().interrupt();
            await(controlled, 1);
            while (pumpThread().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            controlled.drainPermits();
            assertFalse(controlled.tryAcquire(2, 200, TimeUnit.MILLISECONDS), "it spins");
            assertFalse(pumpThread().isInterrupted());
        }
    }

    @Test
    void close_endsTheThread_alsoFromWithin() throws Exception {
        Pump pump = started("pump", this::control);
        awaitParked(pump);
        pump.close();
        assertFalse(pumpThread().isAlive());
        pump.close();

        CountDownLatch closed = new CountDownLatch(1);
        Pump other = started("other pump", this::control);
        other.add(
                now -> {
                    other.close();
                    closed.countDown();
                },
                List.of());
        assertTrue(closed.await(10, TimeUnit.SECONDS));
        pumpThread().join(10_000);
        assertFalse(pumpThread().isAlive());
    }

    private static Pump started(String name, Pump.Control control) {
        Pump pump = new Pump(name, control, new Faults());
        pump.start();
        return pump;
    }
}
