package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A producer at full speed, readers at every pace, memory taken away in between: every byte that is read is right, and everything is given
 * back. A read of freed memory would end the JVM.
 */
@Timeout(300)
class FeedConcurrencyTest {
    private static final long RUN_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);
    private static final long PATIENCE_NANOS = 60_000_000_000L; // of a busy machine

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean ended; // set by the test, read by all its threads

    @Test
    void growingVideoRing() throws Exception {
        run(TestFeed.growing(Encoding.H264, 8 << 20, 1 << 20), 12_000, null, () -> true);
    }

    @Test
    void fixedJpegRing() throws Exception {
        run(TestFeed.fixed(Encoding.JPEG, 64 << 10), 16_000, null, () -> true);
    }

    @Test
    void memoryReleasedWhileViewersHoldFrames() throws Exception {
        TestFeed test = TestFeed.growing(Encoding.H264, 32 << 20, 1 << 20);
        run(test, 12_000, test.feed::releaseMemory, () -> true);
    }

    @Test
    void ringShortenedAndGrownWhileViewersHoldFrames() throws Exception {
        TestFeed test = TestFeed.growing(Encoding.H264, 32 << 20, 1 << 20);
        AtomicLong givenBack = new AtomicLong();
        AtomicBoolean saving = new AtomicBoolean();
        Runnable control = () -> {
            saving.set(!saving.get());
            givenBack.addAndGet(test.feed.save(saving.get()));
        };
        run(test, 12_000, control, () -> givenBack.get() > 0);
        assertTrue(givenBack.get() > 0);
    }

    /** @param seen whether what {@code control} is to bring about has been seen; it goes on until then */
    private void run(TestFeed test, int mostBytes, @Nullable Runnable control, BooleanSupplier seen) throws Exception {
        List<Thread> threads = new ArrayList<>();
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            readers.add(new Reader(test.feed, i));
            threads.add(thread("reader " + i, readers.get(i)));
        }
        Random random = new Random(7);
        threads.add(thread("producer", () -> {
            while (!ended) {
                test.publish(1 + random.nextInt(mostBytes), random.nextInt(40) == 0);
            }
        }));
        if (control != null) {
            threads.add(thread("control", () -> {
                while (!ended) {
                    control.run();
                    LockSupport.parkNanos(500_000);
                }
            }));
        }
        threads.forEach(Thread::start);
        long begin = System.nanoTime();
        while (failure.get() == null
                && (System.nanoTime() - begin < RUN_NANOS || !allGotFrames(readers) || !seen.getAsBoolean())
                && System.nanoTime() - begin < PATIENCE_NANOS) {
            LockSupport.parkNanos(5_000_000);
        }
        ended = true;
        for (Thread thread : threads) {
            thread.join(20_000);
            assertTrue(!thread.isAlive(), thread.getName() + " hangs");
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        assertTrue(allGotFrames(readers), "every reader got frames");
        test.feed.releaseMemory();
        test.feed.dropped(); // takes back a claim that is open
        assertEquals(0, test.budget.leasedBytes());
        assertEquals(0, test.pool.openArenas());
        assertEquals(0, test.feed.readers());
    }

    private static boolean allGotFrames(List<Reader> readers) {
        return readers.stream().allMatch(reader -> reader.whole.get() > reader.lost.get() / 100);
    }

    private Thread thread(String name, Runnable work) {
        return new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Throwable thrown) {
                        failure.compareAndSet(null, thrown);
                    }
                },
                name);
    }

    /** Writes in slices with pauses, loses frames, leaves and comes again. */
    private final class Reader implements Runnable {
        private final Feed feed;
        private final Random random;
        private final int pausePercent;
        private final CheckingDestination destination = new CheckingDestination();
        private final AtomicInteger whole = new AtomicInteger();
        private final AtomicInteger lost = new AtomicInteger();

        Reader(Feed feed, int number) {
            this.feed = feed;
            this.random = new Random(number);
            this.pausePercent = 4 * number;
        }

        @Override
        public void run() {
            while (!ended) {
                try (Cursor cursor = feed.join(null)) {
                    watch(cursor, 1 + random.nextInt(2_000));
                }
            }
        }

        private void watch(Cursor cursor, int frames) {
            long last = -1;
            for (int i = 0; i < frames && !ended; i++) {
                while (!TestFeed.next(cursor) && !ended) {
                    Thread.onSpinWait();
                }
                if (ended) {
                    return;
                }
                Frame frame = cursor.frame();
                assertTrue(frame.sequence() > last);
                if (feed.encoding() == Encoding.H264 && (last < 0 || frame.sequence() != last + 1)) {
                    assertTrue(frame.key());
                }
                last = frame.sequence();
                destination.begin(frame);
                write(cursor);
            }
        }

        private void write(Cursor cursor) {
            try {
                while (!cursor.outgoing().isEmpty()) {
                    int slice = 1 + random.nextInt(8_000);
                    destination.allow(random.nextInt(10) == 0 ? slice / 2 : slice);
                    cursor.outgoing().writeTo(destination, slice);
                    if (random.nextInt(100) < pausePercent) {
                        LockSupport.parkNanos(random.nextInt(2_000_000));
                    }
                }
                assertEquals(cursor.frame().sizeBytes(), destination.offset());
                whole.incrementAndGet();
            } catch (FrameLostException slow) {
                lost.incrementAndGet();
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
