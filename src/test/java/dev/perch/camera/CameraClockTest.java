package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.testing.FakeClock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lingers and pauses of a camera, to the nanosecond. */
@Timeout(60)
class CameraClockTest {
    private static final Duration A_NANO = Duration.ofNanos(1);

    private final FakeClock clock = new FakeClock();
    private final ScriptedCameraSource source = new ScriptedCameraSource(() -> {});

    @Test
    void lastViewerLeaves_theSourceRunsForTheLinger_andNotLonger() throws Exception {
        try (Camera camera = camera(Duration.ofSeconds(10))) {
            try (Watch watch = camera.watch(Encoding.JPEG, null)) {
                source.next().frame();
                await(watch.camera(), CameraState.Live.class);
            }
            advance(camera, Duration.ofSeconds(10).minus(A_NANO));
            assertInstanceOf(CameraState.Live.class, camera.state());
            advance(camera, A_NANO);
            await(camera, CameraState.Idle.class);
        }
    }

    @Test
    void viewerWhoComesBackInTheLinger_keepsTheSourceRunning() throws Exception {
        try (Camera camera = camera(Duration.ofSeconds(10))) {
            try (Watch watch = camera.watch(Encoding.JPEG, null)) {
                source.next().frame();
                await(watch.camera(), CameraState.Live.class);
            }
            advance(camera, Duration.ofSeconds(9));
            try (Watch again = camera.watch(Encoding.JPEG, null)) {
                advance(again.camera(), Duration.ofHours(1));
                assertInstanceOf(CameraState.Live.class, camera.state());
            }
            advance(camera, Duration.ofSeconds(9));
            assertInstanceOf(CameraState.Live.class, camera.state());
            assertTrue(source.runs.isEmpty(), "one start");
        }
    }

    /** Half a second, then 1, 1, 2, 5, 10 and 10 again. */
    @Test
    void sourceThatFails_isTriedAgainAfterLongerAndLongerPauses() throws Exception {
        try (Camera camera = camera(Duration.ZERO);
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            for (long millis : new long[] {500, 1_000, 1_000, 2_000, 5_000, 10_000, 10_000}) {
                source.next().end(new CaptureException(CaptureException.Kind.ABSENT, "It is not there."));
                await(watch.camera(), CameraState.Lost.class);
                advance(camera, Duration.ofMillis(millis).minus(A_NANO));
                assertTrue(source.runs.isEmpty(), () -> "not before " + millis + " ms");
                assertInstanceOf(CameraState.Lost.class, camera.state());
                advance(camera, A_NANO);
                await(camera, CameraState.Starting.class);
            }
            source.next().frame();
            await(camera, CameraState.Live.class);
            assertEquals(clock.nanoTime(), camera.firstFrameNanos().orElseThrow());
        }
    }

    /** The frame after it may be good, as after a damaged key frame. */
    @Test
    void oneFrameThatIsNotTaken_isWaitedOverForEightSeconds() throws Exception {
        try (Camera camera = camera(Duration.ofSeconds(10));
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            source.next().refusedFrame("Pictures of 9x0 pixels are not taken.");
            advance(watch.camera(), Duration.ofSeconds(8).minus(A_NANO));
            assertInstanceOf(CameraState.Starting.class, camera.state());
            advance(camera, A_NANO);
            await(camera, CameraState.Refused.class);
        }
    }

    private Camera camera(Duration linger) {
        CameraConfig.Running running = new CameraConfig.Running(
                CameraConfig.Run.ON_DEMAND, linger, /* warmUp= */ Duration.ZERO, OptionalLong.empty());
        EncoderChoice none = EncoderChoice.of(EncoderChoice.Kind.OFF);
        CameraConfig config = CameraConfig.defaults("front", new SourceConfig.Demo())
                .with(running)
                .with(new Encoders(none, none));
        return Camera.start(config, source, CameraStartTest.pool(), clock);
    }

    /** Moves the clock on, and has the pump look at it often enough that it would have found something to do. */
    private void advance(Camera camera, Duration time) {
        clock.advance(time);
        for (int i = 0; i < 3; i++) {
            camera.wake();
            LockSupport.parkNanos(2_000_000);
        }
    }

    private static void await(Camera camera, Class<? extends CameraState> state) {
        CameraStartTest.await(camera, () -> state.isInstance(camera.state()));
    }
}
