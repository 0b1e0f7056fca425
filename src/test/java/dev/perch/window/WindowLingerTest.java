package dev.perch.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.source.SoundProspect;
import dev.perch.testing.Await;
import dev.perch.testing.FakeClock;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests how long segments are made after the last request. */
class WindowLingerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final long FRAME_NANOS = 33_333_333;
    private static final long SOUND_NANOS = 1024L * 1_000_000_000 / 48_000;

    private final FakeClock clock = new FakeClock();
    private final ScriptedSource source = new ScriptedSource(PixelFormat.H264).sounding(SoundProspect.POSSIBLE);
    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera camera = TestCameras.camera(source, pool, clock);
    private final Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
    private final Windows windows = new Windows(cameras, clock);
    private final CameraWindow window = windows.of(camera);
    private int number;
    private long nanos = clock.nanoTime();
    private long soundNanos = nanos;

    @AfterEach
    void close() {
        windows.close();
        cameras.close();
    }

    /** Delivers a frame, and the sound up to its time. */
    private void frame() {
        source.accessUnitAt(number++ % 900, nanos);
        for (; soundNanos < nanos; soundNanos += SOUND_NANOS) {
            source.silenceAt(soundNanos);
        }
        nanos += FRAME_NANOS;
    }

    private int readers(Encoding encoding) {
        return camera.feed(encoding).readers();
    }

    /** Delivers frames until there are this number of further segments. */
    private void awaitSegments(int more) {
        long from = window.window().map(filled -> filled.view().nextNumber()).orElse(1L);
        Await.until(
                20,
                () -> {
                    frame();
                    return window.window()
                            .filter(filled -> filled.view().nextNumber() >= from + more)
                            .isPresent();
                },
                () -> window.window().map(filled -> filled.view().toString()).orElse("no window"));
    }

    @Test
    void soundThatNobodyAsksForAnyMore_ends_andThePicturesGoOn() throws Exception {
        window.ask();
        window.askSound();
        source.awaitStart(1);
        awaitSegments(2);
        Await.until(20, () -> window.sound().isPresent(), () -> "no sound");
        clock.advance(LONG);
        window.touch();
        Await.until(
                20,
                () -> {
                    frame();
                    return window.sound().isEmpty() && readers(Encoding.AAC) == 0;
                },
                () -> "the sound goes on");
        awaitSegments(3);
        window.ask();
        window.askSound();
        awaitSegments(2);
        assertEquals(1, readers(Encoding.AAC));
        assertTrue(window.sound().isPresent(), "it comes back with who asks for it");
    }

    @Test
    void picturesThatNobodyAsksForAnyMore_end_andLetTheCameraRest() throws Exception {
        window.ask();
        window.askSound();
        source.awaitStart(1);
        awaitSegments(2);
        clock.advance(LONG);
        frame();
        Await.until(20, () -> !window.running() && readers(Encoding.AAC) == 0, () -> "it goes on");
        Await.until(20, () -> camera.state() instanceof CameraState.Idle, () -> "state=" + camera.state());
        assertEquals(0, readers(Encoding.H264));
    }
}
