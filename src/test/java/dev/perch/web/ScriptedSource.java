package dev.perch.web;

import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceControls;
import dev.perch.source.SourceOutput;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.Controls;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.FakeV4l2;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A source that does what the test says: from a start on it publishes a small frame every few milliseconds, or ends at once for a reason. */
public final class ScriptedSource implements Source {
    private final Set<PixelFormat> formats;
    private @Nullable SourceControls controls;
    private volatile @Nullable CaptureException trouble; // set by the test, read by the pump
    private volatile @Nullable Running running; // set by the pump, read by the test
    private volatile int starts; // written by the pump only

    public ScriptedSource(PixelFormat... formats) {
        this.formats = Set.of(formats);
    }

    /** From the next start on it ends at once, for {@code reason}. */
    public ScriptedSource failing(CaptureException reason) {
        trouble = reason;
        return this;
    }

    /** It has the controls of this driver. */
    public ScriptedSource controlledBy(FakeV4l2 driver) {
        controls = new ScriptedControls(driver);
        return this;
    }

    /** Asking for its controls fails. */
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

    private record ScriptedControls(FakeV4l2 driver) implements SourceControls {
        @Override
        public List<Control> read() throws CaptureException {
            try (Device device = Device.open(driver, "/dev/video7")) {
                return new Controls(device).all();
            }
        }

        @Override
        public void set(List<ControlSetting> settings) throws ControlException, CaptureException {
            try (Device device = Device.open(driver, "/dev/video7")) {
                new Controls(device).set(settings, setting -> {});
            }
        }
    }

    public int starts() {
        return starts;
    }

    @Override
    public String description() {
        return "/dev/video7";
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
    @SuppressWarnings("NonAtomicVolatileUpdate") // the pump's thread only
    public Session start(SourceOutput sink) {
        starts++;
        Running session = new Running(sink);
        running = session;
        CaptureException reason = trouble;
        if (reason != null) {
            sink.ended(Optional.of(reason));
        } else {
            new Thread(session, "scripted-source").start();
        }
        return session;
    }

    /** The running session loses its device. */
    public void lose(CaptureException reason) {
        trouble = reason;
        Running session = running;
        if (session != null) {
            session.stop();
        }
    }

    private final class Running implements Session, Runnable {
        private final SourceOutput sink;
        private volatile boolean stopped; // set by the pump or the test, read by this thread

        Running(SourceOutput sink) {
            this.sink = sink;
        }

        @Override
        public void run() {
            sink.track(TrackId.main(Encoding.JPEG)).configure(new StreamConfig.Jpeg(320, 240));
            while (!stopped) {
                publish(sink.track(TrackId.main(Encoding.JPEG)));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            sink.ended(Optional.ofNullable(trouble));
        }

        private void publish(FrameSink jpeg) {
            ByteBuffer frame = jpeg.claim(4).orElseThrow();
            frame.putInt(0xFFD8FFD9);
            jpeg.publish(new FrameTime(System.nanoTime(), System.currentTimeMillis() * 1000), /* key= */ true);
        }

        @Override
        public void requestKeyFrame() {
            // no key frames here
        }

        @Override
        public void stop() {
            stopped = true;
        }

        @Override
        public SessionStats stats() {
            return new SessionStats(12, 3, 2, 320, 240, 12.5, "MJPG");
        }
    }
}
