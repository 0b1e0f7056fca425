package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.camera.Watch;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.testing.Await;
import dev.perch.testing.FakeClock;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import dev.perch.web.status.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventHooksTest {
    private final ArenaPool pool = TestCameras.pool(8 << 20);
    private final FakeClock clock = new FakeClock();
    private final List<List<String>> told = new ArrayList<>();

    @Test
    void camera_lostAndBack_isToldOnceEach_noFasterThanOnceAMinute() throws Exception {
        ScriptedSource source = ScriptedSource.steady(PixelFormat.MJPG);
        try (Camera camera = TestCameras.camera(source, pool);
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            EventHooks hooks = hooks(camera);
            await(camera, CameraState.Live.class);
            look(hooks, 10);
            assertEquals(List.of(), told, "a camera that begins is no news");
            source.lose(new CaptureException(CaptureException.Kind.ABSENT, "/dev/video7 was unplugged."));
            await(camera, CameraState.Lost.class);
            hooks.run();
            assertEquals(List.of(), told, "it may be back at once");
            look(hooks, 5);
            assertEquals(1, told.size());
            assertEquals(
                    List.of("PERCH_EVENT=camera-lost", "PERCH_CAMERA=fake", "PERCH_REASON=/dev/video7 was unplugged."),
                    told.get(0).subList(0, 3));
            assertTrue(told.get(0).get(3).startsWith("PERCH_TIME=2023-11-"), told::toString);
            look(hooks, 200);
            assertEquals(1, told.size(), "once is enough");
            assertEquals(1, watch.camera().watchers());
        }
    }

    @Test
    void camera_thatFlaps_isToldAsItIsAMinuteLater() throws Exception {
        ScriptedSource source = ScriptedSource.steady(PixelFormat.MJPG);
        try (Camera camera = TestCameras.camera(source, pool);
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            EventHooks hooks = hooks(camera);
            await(camera, CameraState.Live.class);
            hooks.run();
            source.lose(new CaptureException(CaptureException.Kind.ABSENT, "/dev/video7 was unplugged."));
            await(camera, CameraState.Lost.class);
            look(hooks, 5);
            source.mend();
            await(camera, CameraState.Live.class); // it is tried again
            look(hooks, 20);
            assertEquals(1, told.size(), "the minute is not over");
            look(hooks, 60);
            assertEquals(2, told.size());
            assertEquals("PERCH_EVENT=camera-back", told.get(1).get(0));
            assertEquals("PERCH_REASON=", told.get(1).get(2));
            assertEquals(1, watch.camera().watchers());
        }
    }

    @Test
    void program_isRunWithWhatHappened(@TempDir Path folder) throws Exception {
        Path note = folder.resolve("note");
        try (EventProgram program = new EventProgram(
                List.of("sh", "-c", "echo \"$PERCH_EVENT $PERCH_CAMERA $1\" >>" + note, "sh", "arg ument"))) {
            program.run(List.of("PERCH_EVENT=camera-lost", "PERCH_CAMERA=front"));
            program.run(List.of("PERCH_EVENT=camera-back", "PERCH_CAMERA=front"));
            Await.until(20, () -> read(note).endsWith("camera-back front arg ument\n"), () -> read(note));
            assertEquals("camera-lost front arg ument\ncamera-back front arg ument\n", read(note));
        }
    }

    /** What nobody reads it may print all the same. */
    @Test
    void program_thatPrintsMuch_ends(@TempDir Path folder) throws Exception {
        Path note = folder.resolve("note");
        try (EventProgram program =
                new EventProgram(List.of("sh", "-c", "head -c 1000000 /dev/zero && echo done >" + note))) {
            program.run(List.of("PERCH_EVENT=camera-lost", "PERCH_CAMERA=front"));
            Await.until(20, () -> read(note).equals("done\n"), () -> read(note));
        }
    }

    /** Publishers may bring ever new names. */
    @Test
    void camerasThatHaveGone_areForgotten_theNewestLast() throws Exception {
        SourceConfig.Publish each = new SourceConfig.Publish("key", /* replace= */ false, Duration.ZERO);
        CameraConfig wildcard =
                CameraConfig.defaults("live-all", new SourceConfig.Wildcard("cam-", each, /* most= */ 1000));
        try (Cameras cameras = new Cameras(
                List.of(),
                List.of(wildcard),
                pool,
                new MemoryWatch(MemoryGauge.ofThisProcess()),
                /* keptPrivacy= */ null)) {
            EventHooks hooks =
                    new EventHooks(new EventHooks.Seen(cameras, Optional.empty(), Optional.empty()), clock, this::told);
            long nanos = clock.nanoTime();
            for (int i = 0; i < 300; i++) {
                cameras.wildcards().admit("cam-" + i);
                hooks.run();
                cameras.wildcards().tend(nanos++);
                nanos += Duration.ofMinutes(1).toNanos();
                cameras.wildcards().tend(nanos);
            }
            Await.until(20, () -> cameras.all().isEmpty(), cameras::names);
            hooks.run();
            assertEquals(256, hooks.subjects());
        }
    }

    private void told(Event event) {
        told.add(EventProgram.variables(event));
    }

    private EventHooks hooks(Camera camera) {
        Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        return new EventHooks(new EventHooks.Seen(cameras, Optional.empty(), Optional.empty()), clock, this::told);
    }

    private void look(EventHooks hooks, int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.advance(Duration.ofSeconds(1));
            hooks.run();
        }
    }

    private static void await(Camera camera, Class<? extends CameraState> state) {
        Await.until(
                20, () -> state.isInstance(camera.state()), () -> camera.state().toString());
    }

    private static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
