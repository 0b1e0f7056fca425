package dev.perch.testing;

import dev.perch.aac.AacPublisher;
import dev.perch.aac.AudioSpecificConfig;
import dev.perch.aac.Silence;
import dev.perch.h264.H264Publisher;
import dev.perch.jpeg.JpegPublisher;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.source.SessionStats;
import dev.perch.source.SoundProspect;
import dev.perch.source.Source;
import dev.perch.source.SourceControls;
import dev.perch.source.SourceOutput;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.FakeV4l2;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A source that delivers the demo's frames when the test asks for them. A steady one delivers frames by itself. The test can make it fail and give it the controls
 * of a scripted driver.
 */
public final class ScriptedSource implements Source {
    private static final long FRAME_NANOS = 33_333_333;

    private static final String DEVICE = "/dev/video7";
    private static final long STEADY_MILLIS = 5;
    private static final AudioSpecificConfig SOUND = AudioSpecificConfig.lc(48_000, 1);
    private static final Bytes SILENCE = Silence.frame(SOUND).orElseThrow();

    private final Set<PixelFormat> formats;
    private final boolean steady;
    private final AtomicInteger starts = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private @Nullable SourceControls controls;
    private AudioSpecificConfig soundConfig = SOUND; // set before it is started
    private SoundProspect sound = SoundProspect.NONE; // set before it is started
    private volatile @Nullable CaptureException trouble; // written by the test, read by the pump
    private volatile @Nullable Run running; // written by the pump, read by the test

    public ScriptedSource(PixelFormat... formats) {
        this(Set.of(formats), /* steady= */ false);
    }

    private ScriptedSource(Set<PixelFormat> formats, boolean steady) {
        this.formats = formats;
        this.steady = steady;
    }

    /** Returns a source that delivers a JPEG of four bytes every few milliseconds by itself once it is started. */
    public static ScriptedSource steady(PixelFormat... formats) {
        return new ScriptedSource(Set.of(formats), /* steady= */ true);
    }

    /** Makes each session end at once with {@code reason}, from the next start on. */
    public ScriptedSource failing(CaptureException reason) {
        trouble = reason;
        return this;
    }

    /** Sets what the source tells of its sound before it runs. Unless that is none, each session asks for the track of sound before its first picture. */
    public ScriptedSource sounding(SoundProspect prospect) {
        sound = prospect;
        return this;
    }

    /** Sets the configuration of the sound. */
    public ScriptedSource sounding(AudioSpecificConfig config) {
        soundConfig = config;
        return sounding(SoundProspect.CERTAIN);
    }

    @Override
    public SoundProspect sound() {
        return sound;
    }

    /** Gives the source the controls of {@code driver}. */
    public ScriptedSource controlledBy(FakeV4l2 driver) {
        controls = new ScriptedControls(driver, DEVICE);
        return this;
    }

    /** Makes each request for the controls fail. */
    public ScriptedSource failingControls(Error error) {
        controls = new SourceControls() {
            @Override
            public List<Control> read() {
                throw error;
            }

            @Override
            public void set(List<ControlSetting> settings) {
                throw error;
            }
        };
        return this;
    }

    @Override
    public Optional<SourceControls> controls() {
        return Optional.ofNullable(controls);
    }

    @Override
    public String description() {
        return steady ? DEVICE : "script";
    }

    @Override
    public Set<PixelFormat> delivers() throws CaptureException {
        CaptureException reason = trouble;
        if (reason != null && formats.isEmpty()) {
            throw reason;
        }
        return formats;
    }

    @Override
    public Session start(SourceOutput output) {
        Run run = new Run(output);
        running = run;
        starts.incrementAndGet();
        CaptureException reason = trouble;
        if (reason != null) {
            run.over(Optional.of(reason));
            return run;
        }
        Thread thread = new Thread(run::loop, "script");
        thread.setDaemon(true);
        thread.start();
        return run;
    }

    /** Returns the number of sessions that have started. */
    public int starts() {
        return starts.get();
    }

    /** Returns the number of sessions that have ended. */
    public int ends() {
        return ends.get();
    }

    /** Waits until the camera has started the source {@code nth} times. */
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
        run().tell(() -> run().h264().accessUnit(ByteBuffer.wrap(stream), at(nanos)));
    }

    /** Delivers the caller's access unit in Annex B, captured at {@code nanos} of the monotonic clock. */
    public void accessUnitAt(Bytes annexB, long nanos) {
        run().tell(() -> run().h264().accessUnit(ByteBuffer.wrap(annexB.toArray()), at(nanos)));
    }

    /** Delivers a frame of silence whose first sample was taken at {@code nanos} of the monotonic clock: AAC-LC, 48,000 samples a second, mono, unless set otherwise. */
    public void silenceAt(long nanos) {
        run().tell(() -> run().aac().frame(ByteBuffer.wrap(SILENCE.toArray()), at(nanos)));
    }

    /** Delivers an access unit, captured now. */
    public void accessUnit(List<ByteBuffer> nals) {
        byte[] stream = annexB(nals);
        run().tell(() -> run().h264().accessUnit(ByteBuffer.wrap(stream), time(0)));
    }

    /** Delivers the caller's JPEG, captured now. */
    public void jpeg(Bytes image) {
        run().tell(() -> run().jpeg().frame(ByteBuffer.wrap(image.toArray()), time(0)));
    }

    /** Delivers the caller's access unit in Annex B, captured now. */
    public void accessUnit(Bytes annexB) {
        run().tell(() -> run().h264().accessUnit(ByteBuffer.wrap(annexB.toArray()), time(0)));
    }

    /** Waits until everything that was asked for is delivered, or the session has ended. */
    public void settle() {
        Run told = run();
        CountDownLatch done = new CountDownLatch(1);
        told.tell(done::countDown);
        Await.until(60, () -> Await.event(done) || told.over, () -> "the script has stopped");
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

    /** Ends the session as a fault does, and each one that is started from now on. */
    public void lose(CaptureException reason) {
        trouble = reason;
        run().end(Optional.of(reason));
    }

    /** Lets the next start succeed after {@link #lose}. */
    public void mend() {
        trouble = null;
    }

    private Run run() {
        Run run = running;
        if (run == null) {
            throw new AssertionError("the source was not started");
        }
        return run;
    }

    private static FrameTime at(long nanos) {
        long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        return new FrameTime(nanos, micros - (System.nanoTime() - nanos) / 1000);
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
        private @Nullable AacPublisher aac;
        private final BlockingQueue<Runnable> told = new LinkedBlockingQueue<>();
        private volatile boolean over; // written by the session's thread

        Run(SourceOutput output) {
            this.output = output;
        }

        AacPublisher aac() {
            AacPublisher present = aac == null ? new AacPublisher(output.track(TrackId.main(Encoding.AAC))) : aac;
            aac = present;
            present.configure(soundConfig);
            return present;
        }

        /** Tells of the sound before the first picture. */
        private void tellOfSound() {
            if (sound != SoundProspect.NONE) {
                output.track(TrackId.main(Encoding.AAC));
            }
        }

        H264Publisher h264() {
            tellOfSound();
            H264Publisher present =
                    h264 == null ? new H264Publisher(output.track(TrackId.main(Encoding.H264)), FRAME_NANOS) : h264;
            h264 = present;
            return present;
        }

        JpegPublisher jpeg() {
            tellOfSound();
            JpegPublisher present = jpeg == null ? new JpegPublisher(output.track(TrackId.main(Encoding.JPEG))) : jpeg;
            jpeg = present;
            return present;
        }

        void tell(Runnable task) {
            told.add(task);
        }

        void loop() {
            try {
                while (!over) {
                    Runnable task = steady ? told.poll(STEADY_MILLIS, TimeUnit.MILLISECONDS) : told.take();
                    if (task == null) {
                        steadyFrame();
                    } else {
                        task.run();
                    }
                }
            } catch (InterruptedException nobodyDoes) {
                throw new AssertionError(nobodyDoes);
            }
        }

        void end(Optional<CaptureException> reason) {
            tell(() -> over(reason));
        }

        void over(Optional<CaptureException> reason) {
            if (!over) {
                over = true;
                ends.incrementAndGet();
                output.ended(reason);
            }
        }

        private void steadyFrame() {
            FrameSink sink = output.track(TrackId.main(Encoding.JPEG));
            sink.configure(new StreamConfig.Jpeg(320, 240));
            sink.claim(4).orElseThrow().putInt(0xFFD8FFD9);
            sink.publish(time(0), /* key= */ true);
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
            return steady ? new SessionStats(12, 3, 2, 320, 240, 12.5, "MJPG") : SessionStats.NONE;
        }
    }
}
