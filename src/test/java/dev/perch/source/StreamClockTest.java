package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.FrameTime;
import dev.perch.testing.FakeClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StreamClockTest {
    private final FakeClock clock = new FakeClock();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final StreamClock stream = new StreamClock(clock, stop);
    private final long startNanos = clock.nanoTime();

    /** Returns the milliseconds since the start of a frame that arrives at one moment. */
    private double arrives(long streamMillis, double atMillis) {
        long nowNanos = clock.nanoTime() - startNanos;
        clock.advance(Duration.ofNanos((long) (atMillis * 1e6) - nowNanos));
        FrameTime time = stream.arrived(streamMillis);
        assertEquals((clock.nanoTime() - time.decodeNanos()) / 1000, clock.wallClockMicros() - time.wallClockMicros());
        assertTrue(time.decodeNanos() <= clock.nanoTime(), "no frame is of the future");
        return (time.decodeNanos() - startNanos) / 1e6;
    }

    @Test
    void frameThatIsLate_hasTheTimeAtWhichItWasDue() {
        assertEquals(0, arrives(5000, 0));
        assertEquals(40, arrives(5040, 40));
        assertEquals(80, arrives(5080, 95));
        assertEquals(120, arrives(5120, 120));
    }

    @Test
    void frameThatIsEarly_setsTheClock() {
        assertEquals(100, arrives(0, 100));
        assertEquals(110, arrives(40, 110), "30 ms before it was due");
        assertEquals(150, arrives(80, 160));
        assertEquals(30_000_000, stream.aheadNanos());
    }

    /** A network that stands still for two seconds and then gives everything at once. */
    @Test
    void stall_movesNothing() {
        assertEquals(0, arrives(0, 0));
        for (int millis = 40; millis <= 2000; millis += 40) {
            assertEquals(millis, arrives(millis, 2000));
        }
        assertEquals(2040, arrives(2040, 2040));
    }

    /** The stream's clock is one part in ten thousand slow, and then as much too quick: after an hour it is still followed within 20 ms. */
    @Test
    void drift_isFollowed() {
        for (double rate : new double[] {0.9999, 1.0001}) {
            stream.restart();
            double beganMillis = (clock.nanoTime() - startNanos) / 1e6;
            for (long millis = 0; millis < 3_600_000; millis += 40) {
                double realMillis = beganMillis + millis / rate;
                assertEquals(realMillis, arrives(millis, realMillis), 20);
            }
        }
    }

    /** A source that was held and goes on where it was, and one that begins anew. */
    @Test
    void streamThatGoesOnLater_orBeginsAnew_isPlacedAgain() {
        assertEquals(0, arrives(0, 0));
        for (int i = 1; i <= 500; i++) {
            arrives(i * 40L, 3000 + i * 40);
        }
        assertEquals(23_040, arrives(501 * 40L, 3000 + 501 * 40), 1);
        assertEquals(40_000, arrives(7, 40_000));
        assertEquals(41_000, arrives(9_000_000, 41_000));
    }

    @Test
    @Timeout(20)
    void recording_isHeldBackUntilItIsDue() throws Exception {
        assertEquals(startNanos, stream.due(0).decodeNanos());
        CompletableFuture<FrameTime> next = CompletableFuture.supplyAsync(() -> stream.due(30));
        clock.advance(Duration.ofMillis(29));
        clock.advance(Duration.ofMillis(6));
        assertEquals(startNanos + 30_000_000, next.get(10, TimeUnit.SECONDS).decodeNanos());
        // the machine slept
        clock.advance(Duration.ofHours(1));
        assertEquals(clock.nanoTime(), stream.due(60).decodeNanos());
        CompletableFuture<FrameTime> held = CompletableFuture.supplyAsync(() -> stream.due(50_000));
        stop.countDown();
        held.get(10, TimeUnit.SECONDS);
    }

    @Test
    void endOfAGrowingFile_isReached_whenItComesNoQuickerThanItIsShown() {
        boolean reached = false;
        long millis = 0;
        for (int i = 0; i < 100; i++) { // ten times as quick
            assertFalse(stream.caughtUp(millis), "at " + millis);
            clock.advance(Duration.ofMillis(4));
            millis += 40;
        }
        for (int i = 0; i < 20 && !reached; i++) {
            clock.advance(Duration.ofMillis(40));
            millis += 40;
            reached = stream.caughtUp(millis);
        }
        assertTrue(reached);
    }
}
