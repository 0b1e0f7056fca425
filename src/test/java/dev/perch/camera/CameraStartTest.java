package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Encoders;
import dev.perch.config.SoundConfig;
import dev.perch.config.SourceConfig;
import dev.perch.feed.Cursor;
import dev.perch.feed.FrameLostException;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.testing.FakeClock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How a camera begins, and begins again. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class CameraStartTest {
    @Test
    void always_withControls_comesBackAfterALoss_withoutAnyViewer() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> LockSupport.parkNanos(50_000_000));
        try (Camera camera = Camera.start(config("back", CameraConfig.Run.ALWAYS), source, pool())) {
            for (int round = 0; round < 2; round++) {
                ScriptedCameraSource.Run run = source.next();
                run.frame();
                await(camera, CameraState.Live.class);
                run.end(new CaptureException(CaptureException.Kind.FAULT, "It was unplugged."));
            }
            source.next().frame();
            await(camera, CameraState.Live.class);
        }
    }

    /** Nobody asks, so that nothing but the pump itself tries again. */
    @Test
    void always_whoseFirstStartsFail_runsAtLast_withoutAnyViewer() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> LockSupport.parkNanos(50_000_000));
        try (Camera camera = Camera.start(config("late", CameraConfig.Run.ALWAYS), source, pool())) {
            for (int round = 0; round < 2; round++) {
                source.next().end(new CaptureException(CaptureException.Kind.BUSY, "It is in use."));
            }
            source.next().frame();
            await(camera, CameraState.Live.class);
            assertEquals(0, camera.watchers());
        }
    }

    @Test
    void failedStart_staysLost_whenNobodyWatchesAnyMore_untilOneWorks() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> {});
        FakeClock clock = new FakeClock(); // nothing is tried again by itself
        try (Camera camera = Camera.start(config("front", CameraConfig.Run.ON_DEMAND), source, pool(), clock)) {
            try (Watch first = camera.watch(Encoding.JPEG, null)) {
                source.next().end(new CaptureException(CaptureException.Kind.ABSENT, "It was unplugged."));
                await(camera, CameraState.Lost.class);
                assertTrue(first.camera().state().failing(), "those who wait are told");
            }
            awaitUnwatched(camera);
            assertEquals("lost It was unplugged.", said(camera));
            try (Watch second = camera.watch(Encoding.JPEG, null)) {
                ScriptedCameraSource.Run run = source.next(); // at once, without a back-off
                await(camera, CameraState.Starting.class);
                assertEquals("starting It was unplugged.", said(second.camera()));
                run.frame();
                await(camera, CameraState.Live.class);
                assertEquals("live ", said(camera));
            }
            await(camera, CameraState.Idle.class);
            assertEquals("idle ", said(camera));
        }
    }

    @Test
    void refusedStart_staysRefused_andAStartThatIsGivenUpIsNoSuccess() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> {});
        FakeClock clock = new FakeClock(); // nothing is tried again by itself
        try (Camera camera = Camera.start(config("front", CameraConfig.Run.ON_DEMAND), source, pool(), clock)) {
            try (Watch first = camera.watch(Encoding.JPEG, null)) {
                source.next().end(new CaptureException(CaptureException.Kind.UNSUPPORTED, "It gives no such size."));
                await(first.camera(), CameraState.Refused.class);
            }
            awaitUnwatched(camera);
            try (Watch second = camera.watch(Encoding.JPEG, null)) {
                source.next();
                await(second.camera(), CameraState.Starting.class);
            }
            awaitUnwatched(camera);
            assertEquals("refused It gives no such size.", said(camera));
        }
    }

    @Test
    void sourceWhoseFramesAreNotTaken_isRefusedWithTheReason_andTriedAgain() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> {});
        FakeClock clock = new FakeClock();
        try (Camera camera = Camera.start(config("front", CameraConfig.Run.ON_DEMAND), source, pool(), clock)) {
            try (Watch first = camera.watch(Encoding.JPEG, null)) {
                refuse(clock, first.camera(), source.next(), "Pictures of 9x0 pixels are not taken.");
                assertEquals("refused Pictures of 9x0 pixels are not taken.", said(camera));
                clock.advance(Duration.ofSeconds(1));
                camera.wake();
                ScriptedCameraSource.Run again = source.next();
                again.refusedFrame("Pictures of 9x0 pixels are not taken.");
                again.frame();
                await(camera, CameraState.Live.class);
                again.refusedFrame("Pictures of 8x0 pixels are not taken."); // no more than a change that passes
                again.frame();
                refuse(clock, camera, again, "Pictures of 7x0 pixels are not taken.");
                assertEquals("refused Pictures of 7x0 pixels are not taken.", said(camera));
            }
        }
    }

    /** Gives frames that are not taken until the camera is refused for them. */
    private static void refuse(FakeClock clock, Camera camera, ScriptedCameraSource.Run run, String why) {
        await(camera, () -> {
            if (camera.state() instanceof CameraState.Refused) {
                return true;
            }
            run.refusedFrame(why);
            clock.advance(Duration.ofMillis(100));
            camera.wake();
            return false;
        });
    }

    private static String said(Camera camera) {
        return camera.state().word() + " " + camera.state().reason();
    }

    /** Waits until it has failed and nobody waits for it. */
    private static void awaitUnwatched(Camera camera) {
        await(
                camera,
                () -> camera.state().retry().isPresent() && !camera.state().failing());
    }

    @Test
    void placeholder_ofAHugePicture_isNoLargerThanAScreen() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> {});
        try (Camera camera = Camera.start(config("front", CameraConfig.Run.ON_DEMAND), source, pool());
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            ScriptedCameraSource.Run run = source.next();
            run.frame(9000, 6000);
            await(camera, CameraState.Live.class);
            run.end(new CaptureException(CaptureException.Kind.FAULT, "It was unplugged."));
            await(
                    camera,
                    () -> watch.cursor().advance() && watch.cursor().frame().placeholder());
            assertEquals("1620x1080", size(watch.cursor()));
        }
    }

    /** As the start of frame says (ITU-T T.81 §B.2.2). */
    private static String size(Cursor cursor) throws FrameLostException {
        int at = 0;
        while (cursor.payloadInt(at) >>> 16 != 0xffc0) {
            at++;
        }
        int sides = cursor.payloadInt(at + 5);
        return (sides & 0xffff) + "x" + (sides >>> 16);
    }

    @Test
    void tracks_aTrackThatTheCameraLacks_isRefused_andBecomesNoOther() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> {});
        CameraConfig config = config("front", CameraConfig.Run.ALWAYS).with(SoundConfig.OFF);
        try (Camera camera = Camera.start(config, source, pool())) {
            ScriptedCameraSource.Run run = source.next();
            IllegalArgumentException sound =
                    assertThrows(IllegalArgumentException.class, () -> run.track(TrackId.main(Encoding.AAC)));
            assertEquals("no such track: id=AAC tracks=H264, JPEG", sound.getMessage());
            TrackId small = new TrackId("small", Encoding.JPEG);
            assertThrows(IllegalArgumentException.class, () -> run.track(small));
            assertThrows(IllegalArgumentException.class, () -> camera.watchPatiently(small, /* packager= */ null));
            assertEquals(0, camera.watchers());
            run.frame();
            await(camera, CameraState.Live.class);
            assertEquals(
                    List.of("H264 0", "JPEG 1"),
                    camera.feeds().stream()
                            .map(feed -> feed.track() + " " + feed.stats().frames())
                            .toList());
        }
    }

    @Test
    void start_runsNoThread_beforeAllIsWired() {
        AtomicLong threads = new AtomicLong(-1);
        ScriptedCameraSource source = new ScriptedCameraSource(() -> threads.set(threads()));
        try (Camera camera = Camera.start(config("wired", CameraConfig.Run.ALWAYS), source, pool())) {
            assertEquals(0, threads.get(), camera.id());
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("perch-wired-"))
                .count();
    }

    private static void await(Camera camera, Class<? extends CameraState> kind) {
        await(camera, () -> kind.isInstance(camera.state()));
    }

    static void await(Camera camera, BooleanSupplier condition) {
        long endNanos = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - endNanos > 0) {
                throw new AssertionError(camera.state());
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    static ArenaPool pool() {
        return new ArenaPool(new MemoryBudget(8 << 20, "memory.budget"));
    }

    static CameraConfig config(String id, CameraConfig.Run run) {
        CameraConfig plain = CameraConfig.defaults(id, new SourceConfig.Demo());
        return plain.with(new CameraConfig.Running(
                        run, /* linger= */ Duration.ZERO, /* warmUp= */ Duration.ZERO, OptionalLong.empty()))
                .with(new Encoders(EncoderChoice.of(EncoderChoice.Kind.OFF), EncoderChoice.of(EncoderChoice.Kind.OFF)));
    }
}
