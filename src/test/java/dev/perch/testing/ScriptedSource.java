package dev.perch.testing;

import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A source that delivers what a test tells it to, when the test tells it to; the frames are the demo's. */
public final class ScriptedSource implements Source {
    private static final long FRAME_NANOS = 33_333_333;

    private final Set<PixelFormat> formats;
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private volatile @Nullable Run running; // written by the pump, read by the test

    public ScriptedSource(PixelFormat... formats) {
        this.formats = Set.of(formats);
    }

    @Override
    public String description() {
        return "script";
    }

    @Override
    public Set<PixelFormat> delivers() {
        return formats;
    }

    @Override
    public Session start(SourceOutput output) {
        Run run = new Run(output);
        Thread thread = new Thread(run::loop, "script");
        thread.setDaemon(true);
        thread.start();
        running = run;
        starts.incrementAndGet();
        return run;
    }

    /** Sessions started so far. */
    public int starts() {
        return starts.get();
    }

    /** Sessions that have ended. */
    public int ends() {
        return ends.get();
    }

    /** Waits for the camera to start it for the {@code nth} time. */
    public void awaitStart(int nth) {
        Await.until(3, () -> starts.get() >= nth, () -> "starts=" + starts);
    }

    /** Delivers a JPEG of the demo, captured {@code ageNanos} ago. */
    public void jpeg(int number, long ageNanos) {
        Bytes jpeg = DemoFrames.all().jpeg(number);
        run().tell(() -> run().jpeg().frame(ByteBuffer.wrap(jpeg.toArray()), time(ageNanos)));
    }

    /** Delivers an access unit of the demo, captured now. */
    public void accessUnit(int number) {
        accessUnit(DemoFrames.all().accessUnit(number));
    }

    /** Delivers an access unit of the demo, captured at {@code nanos} of the monotonic clock. */
    public void accessUnitAt(int number, long nanos) {
        byte[] stream = annexB(DemoFrames.all().accessUnit(number));
        run().tell(() -> run().h264().accessUnit(ByteBuffer.wrap(stream), time(System.nanoTime() - nanos)));
    }

    /** Delivers an access unit of the caller's in Annex B, captured at {@code nanos} of the monotonic clock. */
    public void accessUnitAt(Bytes annexB, long nanos) {
        run().tell(() -> run().h264().accessUnit(ByteBuffer.wrap(annexB.toArray()), time(System.nanoTime() - nanos)));
    }

    /** Delivers an access unit, captured now. */
    public void accessUnit(List<ByteBuffer> nals) {
        byte[] stream = annexB(nals);
        run().tell(() -> run().h264().accessUnit(ByteBuffer.wrap(stream), time(0)));
    }

    /** Delivers a JPEG of the caller's, captured now. */
    public void jpeg(Bytes image) {
        run().tell(() -> run().jpeg().frame(ByteBuffer.wrap(image.toArray()), time(0)));
    }

    /** Delivers an access unit of the caller's in Annex B, captured now. */
    public void accessUnit(Bytes annexB) {
        run().tell(() -> run().h264().accessUnit(ByteBuffer.wrap(annexB.toArray()), time(0)));
    }

    /** Waits until all that it was told is delivered, or its session has ended. */
    public void settle() {
        Run told = run();
        CountDownLatch done = new CountDownLatch(1);
        told.tell(done::countDown);
        Await.until(5, () -> done.getCount() == 0 || told.over, () -> "the script has stopped");
    }

    /** Delivers a grey picture of 64x48 pixels, captured now. */
    public void picture() {
        run().tell(() -> run().output.raw(new Picture(time(0))));
    }

    private record Picture(FrameTime time) implements RawPicture {
        @Override
        public PixelFormat format() {
            return PixelFormat.YUYV;
        }

        @Override
        public int width() {
            return 64;
        }

        @Override
        public int height() {
            return 48;
        }

        @Override
        public int bytesPerLine() {
            return 2 * width();
        }

        @Override
        public ByteBuffer pixels() {
            return ByteBuffer.allocateDirect(bytesPerLine() * height()).asReadOnlyBuffer();
        }

        @Override
        public void close() {
            // the collector's
        }
    }

    /** Ends the session as a fault does. */
    public void fail(CaptureException.Kind kind, String sentence) {
        run().end(Optional.of(new CaptureException(kind, sentence)));
    }

    private Run run() {
        Run run = running;
        if (run == null) {
            throw new AssertionError("the source was not started");
        }
        return run;
    }

    private static FrameTime time(long ageNanos) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return new FrameTime(System.nanoTime() - ageNanos, micros - ageNanos / 1000);
    }

    private static byte[] annexB(List<ByteBuffer> nals) {
        int sizeBytes = nals.stream().mapToInt(nal -> 4 + nal.remaining()).sum();
        ByteBuffer stream = ByteBuffer.allocate(sizeBytes);
        nals.forEach(nal -> stream.putInt(1).put(nal.duplicate()));
        return stream.array();
    }

    private final class Run implements Session {
        private final SourceOutput output;
        private @Nullable H264Publisher h264; // asked for with the first frame: what is asked for is not made by others
        private @Nullable JpegPublisher jpeg;
        private final BlockingQueue<Runnable> told = new LinkedBlockingQueue<>();
        private volatile boolean over; // written by the session's thread

        Run(SourceOutput output) {
            this.output = output;
        }

        public H264Publisher h264() {
            H264Publisher present =
                    h264 == null ? new H264Publisher(output.track(TrackId.main(Encoding.H264)), FRAME_NANOS) : h264;
            h264 = present;
            return present;
        }

        public JpegPublisher jpeg() {
            JpegPublisher present = jpeg == null ? new JpegPublisher(output.track(TrackId.main(Encoding.JPEG))) : jpeg;
            jpeg = present;
            return present;
        }

        public void tell(Runnable task) {
            told.add(task);
        }

        public void loop() {
            try {
                while (!over) {
                    told.take().run();
                }
            } catch (InterruptedException nobodyDoes) {
                throw new AssertionError(nobodyDoes);
            }
        }

        public void end(Optional<CaptureException> reason) {
            tell(() -> {
                if (!over) {
                    over = true;
                    ends.incrementAndGet();
                    output.ended(reason);
                }
            });
        }

        @Override
        public void requestKeyFrame() {
            // the test delivers what it likes
        }

        @Override
        public void stop() {
            end(Optional.empty());
        }

        @Override
        public SessionStats stats() {
            return SessionStats.NONE;
        }
    }
}
