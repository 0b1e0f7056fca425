package dev.perch.testing;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** A camera that gives one format only: the demo's H.264 or JPEG, or raw pictures that show their number as the demo's do. */
public final class OneFormatSource implements Source {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;
    private static final int RAW_FPS = 20;

    private final PixelFormat format;
    private final DemoSource demo;
    public final AtomicInteger lent = new AtomicInteger(); // raw pictures that were not handed back yet

    public OneFormatSource(PixelFormat format, ArenaPool pool) {
        this.format = format;
        this.demo = new DemoSource("demo", pool);
    }

    @Override
    public String description() {
        return "camera of " + format;
    }

    @Override
    public Set<PixelFormat> delivers() {
        return Set.of(format);
    }

    @Override
    public Session start(SourceOutput output) {
        if (format == PixelFormat.YUYV) {
            Raw raw = new Raw(output);
            new Thread(raw, "raw-source").start();
            return raw;
        }
        return demo.start(new Half(output));
    }

    /** Leaves one of the demo's formats out. */
    private final class Half implements SourceOutput {
        private final SourceOutput output;

        Half(SourceOutput output) {
            this.output = output;
        }

        @Override
        public FrameSink track(TrackId track) {
            return format.encoding() == track.encoding() ? output.track(track) : new Nowhere();
        }

        @Override
        public boolean wanted(TrackId track) {
            return output.wanted(track);
        }

        @Override
        public void raw(RawPicture picture) {
            output.raw(picture);
        }

        @Override
        public void ended(Optional<CaptureException> reason) {
            output.ended(reason);
        }
    }

    private static final class Nowhere implements FrameSink {
        @Override
        public void configure(StreamConfig config) {}

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            return Optional.empty();
        }

        @Override
        public void publish(FrameTime time, boolean key) {}

        @Override
        public void dropped() {}
    }

    private final class Raw implements Session, Runnable {
        private final SourceOutput output;
        private volatile boolean stopped; // set by the pump, read by this thread

        Raw(SourceOutput output) {
            this.output = output;
        }

        @Override
        public void run() {
            for (int number = 0; !stopped; number++) {
                lent.incrementAndGet();
                output.raw(new Numbered(paint(number)));
                LockSupport.parkNanos(1_000_000_000L / RAW_FPS);
            }
            output.ended(Optional.empty());
        }

        @Override
        public void requestKeyFrame() {}

        @Override
        public void stop() {
            stopped = true;
        }

        @Override
        public SessionStats stats() {
            return new SessionStats(0, 0, 0, WIDTH, HEIGHT, RAW_FPS, "YUYV");
        }
    }

    /** 20 cells along the top, white for 1. Rows are padded, as some drivers pad them. */
    private static ByteBuffer paint(int number) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(stride() * HEIGHT);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                boolean white = y < HEIGHT / 12 && ((number >> (x * 20 / WIDTH)) & 1) != 0;
                pixels.put(y * stride() + 2 * x, (byte) (white ? 235 : 16));
                pixels.put(y * stride() + 2 * x + 1, (byte) 128);
            }
        }
        return pixels;
    }

    private static int stride() {
        return 2 * WIDTH + 32;
    }

    private final class Numbered implements RawPicture {
        private final ByteBuffer pixels;
        private final FrameTime time = new FrameTime(System.nanoTime(), System.currentTimeMillis() * 1000);

        Numbered(ByteBuffer pixels) {
            this.pixels = pixels;
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
            return stride();
        }

        @Override
        public ByteBuffer pixels() {
            return pixels;
        }

        @Override
        public FrameTime time() {
            return time;
        }

        @Override
        public void close() {
            lent.decrementAndGet();
        }
    }
}
