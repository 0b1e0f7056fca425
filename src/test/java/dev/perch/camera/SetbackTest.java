package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.SourceConfig;
import dev.perch.media.Bytes;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import dev.perch.testing.FakeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What fails is tried again by itself. */
@Timeout(60)
class SetbackTest {
    @Test
    void pausesGrow_andAreOverWithASuccess() {
        FakeClock clock = new FakeClock();
        Setback setback = new Setback("camera front has no JPEG", clock);
        assertEquals(0, setback.pauseNanos(clock.nanoTime()));
        for (long seconds : new long[] {1, 2, 5, 10, 10}) {
            setback.failed("It has ended.");
            assertEquals(seconds * 1_000_000_000, setback.pauseNanos(clock.nanoTime()));
            assertEquals("It has ended.", setback.trouble().orElseThrow());
            clock.advance(Duration.ofSeconds(seconds).minusNanos(1));
            assertEquals(1, setback.pauseNanos(clock.nanoTime()));
            clock.advance(Duration.ofNanos(1));
            assertTrue(setback.trouble().isEmpty(), "it can be tried");
        }
        setback.failed("It has ended.");
        setback.over();
        assertTrue(setback.trouble().isEmpty());
        setback.succeeded();
        setback.failed("It has ended.");
        assertEquals(1_000_000_000, setback.pauseNanos(clock.nanoTime()));
    }

    /** Of a camera of H.264 whose frames nothing on this machine decodes. */
    @Test
    void failedSnapshot_keepsNoStreamAway_andTheReverse() throws Exception {
        for (boolean pictureFirst : new boolean[] {true, false}) {
            try (Camera camera = Camera.start(config(), new KeyFrames(), CameraStartTest.pool())) {
                try (Watch failing = pictureFirst ? picture(camera) : camera.watch(Encoding.JPEG, null)) {
                    while (failing.trouble().isEmpty()) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    assertTrue(failing.trouble().get().contains("/dev/no-decoder"), failing.trouble()::get);
                    if (pictureFirst) {
                        assertThrows(UnavailableException.class, () -> picture(camera));
                        camera.watch(Encoding.JPEG, null).close();
                    } else {
                        assertThrows(UnavailableException.class, () -> camera.watch(Encoding.JPEG, null));
                        picture(camera).close();
                    }
                }
            }
        }
    }

    private static Watch picture(Camera camera) throws UnavailableException {
        return camera.watchForPicture(System.nanoTime());
    }

    private static CameraConfig config() {
        CameraConfig plain = CameraConfig.defaults("front", new SourceConfig.Demo());
        return plain.with(new CameraConfig.Running(
                        CameraConfig.Run.ON_DEMAND,
                        /* linger= */ Duration.ofSeconds(10),
                        /* warmUp= */ Duration.ZERO,
                        OptionalLong.empty()))
                .with(new Encoders(
                        EncoderChoice.of(EncoderChoice.Kind.OFF), EncoderChoice.of(Path.of("/dev/no-decoder"))));
    }

    /** A source that gives key frames. */
    private static final class KeyFrames implements Source {

        @Override
        public String description() {
            return "script";
        }

        @Override
        public Set<PixelFormat> delivers() {
            return Set.of(PixelFormat.H264);
        }

        @Override
        public Session start(SourceOutput output) {
            Thread giving = new Thread(() -> give(output), "script");
            giving.start();
            return new Session() {
                @Override
                public void requestKeyFrame() {
                    // all are
                }

                @Override
                public void stop() {
                    giving.interrupt();
                }

                @Override
                public SessionStats stats() {
                    return SessionStats.NONE;
                }
            };
        }

        private static void give(SourceOutput output) {
            FrameSink sink = output.track(TrackId.main(Encoding.H264));
            sink.configure(new StreamConfig.H264(
                    Bytes.copyOf((byte) 0x67, (byte) 66, (byte) 0, (byte) 30),
                    Bytes.copyOf((byte) 0x68, (byte) 1),
                    64,
                    48,
                    33_333_333));
            while (!Thread.currentThread().isInterrupted()) {
                sink.claim(6).orElseThrow().putInt(2).put((byte) 0x65).put((byte) 0x88);
                sink.publish(new FrameTime(System.nanoTime(), 0), /* key= */ true);
                LockSupport.parkNanos(10_000_000);
            }
            output.ended(Optional.empty());
        }
    }
}
