package dev.perch.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.perch.codec.Derivation;
import dev.perch.codec.Deriver;
import dev.perch.codec.Target;
import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.SourceConfig;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Measures how many JPEGs a second one camera's raw pictures become: {@code RawJpeg FILE.yuyv WIDTH HEIGHT SECONDS}, with one worker and with two. */
final class RawJpeg {
    private static final long INTERVAL_NANOS = 1_000_000_000L / 300;
    private static final int WARM_UP_SECONDS = 5;
    private static final int BUFFERS = 4; // as many as drivers have

    private final ByteBuffer pixels;
    private final int width;
    private final int height;
    private final AtomicInteger lent = new AtomicInteger();

    private RawJpeg(ByteBuffer pixels, int width, int height) {
        this.pixels = pixels;
        this.width = width;
        this.height = height;
    }

    /** Counts what comes out. */
    private static final class Counter implements FrameSink {
        private final ByteBuffer memory = ByteBuffer.allocateDirect(8 << 20);
        private final AtomicInteger frames = new AtomicInteger();

        @Override
        public void configure(StreamConfig config) {
            // known
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            return Optional.of(memory.clear().limit(sizeBytes));
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            frames.incrementAndGet();
        }

        @Override
        public void dropped() {
            throw new IllegalStateException("a frame was dropped");
        }
    }

    private final class Picture implements RawPicture {
        private final long nanos = System.nanoTime();

        @Override
        public PixelFormat format() {
            return PixelFormat.YUYV;
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public int height() {
            return height;
        }

        @Override
        public int bytesPerLine() {
            return 2 * width;
        }

        @Override
        public ByteBuffer pixels() {
            return pixels.duplicate();
        }

        @Override
        public FrameTime time() {
            return new FrameTime(nanos, 0);
        }

        @Override
        public void close() {
            lent.decrementAndGet();
        }
    }

    public static void main(String[] args) throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(args[0]));
        ByteBuffer pixels = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        RawJpeg bench = new RawJpeg(pixels, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        System.out.println("workers  frames/s  CPU ms a frame");
        for (int workers : new int[] {1, 2}) {
            bench.measure(workers, Integer.parseInt(args[3]));
        }
    }

    private void measure(int workers, int seconds) {
        CameraConfig camera = CameraConfig.defaults("bench", new SourceConfig.Demo())
                .with(new Encoders(EncoderChoice.AUTO, EncoderChoice.AUTO, OptionalInt.of(workers), List.of()));
        Counter sink = new Counter();
        ArenaPool arenas = new ArenaPool(new MemoryBudget(192 << 20, "memory.budget"));
        try (Derivation jpegs = new Deriver(camera, arenas).ofPictures(Target.of(Encoding.JPEG), 300, sink, trouble -> {
            throw new IllegalStateException(trouble);
        })) {
            offer(jpegs, WARM_UP_SECONDS);
            int before = sink.frames.get();
            long cpuBefore = cpuNanos();
            offer(jpegs, seconds);
            int frames = sink.frames.get() - before;
            System.out.printf(
                    "%7d %9.1f %15.2f%n",
                    workers, frames / (double) seconds, (cpuNanos() - cpuBefore) / 1e6 / Math.max(1, frames));
        }
    }

    /** A driver that has no buffer to fill leaves a frame out. */
    private void offer(Derivation jpegs, int seconds) {
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        for (long due = System.nanoTime(); due - end < 0; due += INTERVAL_NANOS) {
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            if (lent.get() < BUFFERS) {
                lent.incrementAndGet();
                jpegs.accept(new Picture());
            }
        }
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
