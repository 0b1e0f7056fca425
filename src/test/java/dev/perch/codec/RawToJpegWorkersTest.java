package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.EncoderChoice;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.RecordingSink;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several workers over one camera's pictures, by Java's own encoder. */
@Timeout(60)
class RawToJpegWorkersTest {
    private static final int WIDTH = 160;
    private static final int HEIGHT = 120;

    private final BlockingQueue<CaptureException> failures = new LinkedBlockingQueue<>();
    private final AtomicInteger lent = new AtomicInteger();

    /** The {@code nanos} tell one from the other. */
    private final class Picture implements RawPicture {
        private final ByteBuffer pixels = ByteBuffer.allocateDirect(2 * WIDTH * HEIGHT);
        private final long nanos;

        Picture(long nanos) {
            this.nanos = nanos;
            lent.incrementAndGet();
        }

        @Override
        public PixelFormat format() {
            return PixelFormat.YUYV;
        }

        @Override
        public int width() {
            return WIDTH;
        }

        @Override
        public int height() {
            return HEIGHT;
        }

        @Override
        public int bytesPerLine() {
            return 2 * WIDTH;
        }

        @Override
        public ByteBuffer pixels() {
            return pixels;
        }

        @Override
        public FrameTime time() {
            return new FrameTime(nanos, nanos);
        }

        @Override
        public void close() {
            lent.decrementAndGet();
        }
    }

    /** Frames wait in it until they are let through. */
    private static final class Gate extends ForwardingSink {
        private final RecordingSink frames;
        private final Semaphore through = new Semaphore(0);
        private final Semaphore published = new Semaphore(0);

        Gate(RecordingSink frames) {
            super(frames);
            this.frames = frames;
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            through.acquireUninterruptibly();
            synchronized (frames) {
                super.publish(time, key);
            }
            published.release();
        }

        void awaitPublished(int count) throws InterruptedException {
            assertTrue(published.tryAcquire(count, 30, TimeUnit.SECONDS));
        }

        List<Long> times() {
            synchronized (frames) {
                return frames.frames().stream()
                        .map(frame -> frame.time().decodeNanos())
                        .toList();
            }
        }
    }

    private final Gate gate = new Gate(new RecordingSink());

    private Derivation start(String camera, int mostWorkers, ArenaPool arenas) {
        return RawToJpeg.start(
                camera, EncoderChoice.Kind.IMAGEIO, Target.of(Encoding.JPEG), mostWorkers, arenas, gate, failures::add);
    }

    private static boolean running(String thread) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(each -> each.getName().equals(thread));
    }

    /** So many pictures that two windows of them go by while nothing is let through. */
    private void flood(Derivation derivation, long from) {
        for (int i = 0; i < 2 * DerivationLoop.PICTURES_A_LOOK; i++) {
            derivation.accept(new Picture(from + i));
        }
    }

    @Test
    void picturesLeftOut_bringAnotherWorker_andImagesComeInOrder() throws Exception {
        MemoryBudget budget = new MemoryBudget(64 << 20, "memory.budget");
        Derivation derivation = start("order", 3, new ArenaPool(budget));
        assertFalse(running("perch-jpeg-order-2"));
        flood(derivation, 1);
        flood(derivation, 1000);
        flood(derivation, 2000);
        assertTrue(running("perch-jpeg-order-2"));
        assertTrue(running("perch-jpeg-order-3"));
        assertFalse(running("perch-jpeg-order-4"));
        gate.through.release(1000);
        gate.awaitPublished(1);
        for (int i = 0; i < 10; i++) {
            derivation.accept(new Picture(10_000 + i));
            gate.awaitPublished(1);
        }
        derivation.accept(new Picture(20_000));
        while (!gate.times().contains(20_000L)) {
            gate.awaitPublished(1);
        }
        derivation.close();
        assertTrue(derivation.over());
        List<Long> times = gate.times();
        assertEquals(times.stream().sorted().distinct().toList(), times);
        assertTrue(times.size() > 10, times::toString);
        assertEquals(List.of(new StreamConfig.Jpeg(WIDTH, HEIGHT)), gate.frames.configs());
        assertEquals(0, lent.get());
        assertEquals(0, budget.leasedBytes());
        assertEquals(derivation.figures().framesIn(), derivation.figures().framesOut());
        assertTrue(failures.isEmpty());
    }

    @Test
    void oneWorkerThatKeepsUp_staysAlone() throws Exception {
        gate.through.release(1000);
        try (Derivation derivation = start("alone", 4, new ArenaPool(new MemoryBudget(64 << 20, "memory.budget")))) {
            for (int i = 0; i < 3 * DerivationLoop.PICTURES_A_LOOK; i++) {
                derivation.accept(new Picture(i));
                gate.awaitPublished(1);
            }
            assertFalse(running("perch-jpeg-alone-2"));
            assertEquals(0, derivation.superseded());
        }
    }

    @Test
    void mostWorkersOne_isObeyed() {
        gate.through.release(1000);
        try (Derivation derivation = start("one", 1, new ArenaPool(new MemoryBudget(64 << 20, "memory.budget")))) {
            flood(derivation, 1);
            flood(derivation, 1000);
            assertFalse(running("perch-jpeg-one-2"));
        }
    }

    @Test
    void noMemoryForAnother_leavesTheWorkToOne() throws Exception {
        MemoryBudget budget =
                new MemoryBudget(6L * WIDTH * HEIGHT * 3 / 2, "memory.budget"); // one needs 6 bytes a pixel
        try (Derivation derivation = start("narrow", 4, new ArenaPool(budget))) {
            flood(derivation, 1);
            flood(derivation, 1000);
            gate.through.release(1_000_000);
            long end = System.nanoTime() + 20_000_000_000L;
            long workers = 4;
            while (workers > 1 && System.nanoTime() - end < 0) {
                derivation.accept(new Picture(System.nanoTime())); // an idle one has not asked for memory yet
                Thread.sleep(1);
                workers = Stream.of(
                                "perch-jpeg-narrow",
                                "perch-jpeg-narrow-2",
                                "perch-jpeg-narrow-3",
                                "perch-jpeg-narrow-4")
                        .filter(RawToJpegWorkersTest::running)
                        .count();
            }
            assertEquals(1, workers);
            gate.published.drainPermits();
            derivation.accept(new Picture(Long.MAX_VALUE));
            gate.awaitPublished(1);
            assertTrue(failures.isEmpty());
            assertFalse(derivation.over());
        }
        assertEquals(0, lent.get());
        assertEquals(0, budget.leasedBytes());
    }
}
