package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.source.SoundProspect;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A microphone that falls silent while the camera goes on. */
@Timeout(60)
class SoundKeeperTest {
    private static final long FRAME_NANOS = 21_333_333;
    private static final long PICTURE_NANOS = 33_333_333;

    private final ScriptedSource source = new ScriptedSource(PixelFormat.H264).sounding(SoundProspect.CERTAIN);
    private final long begin = System.nanoTime();
    private Camera camera;
    private Watch watch;
    private int pictures;

    @BeforeEach
    void watch() throws Exception {
        CameraConfig config = CameraConfig.defaults("front", new SourceConfig.Demo());
        camera = Camera.start(config, source, TestCameras.pool(16 << 20));
        watch = camera.watch(Encoding.H264, null);
        source.awaitStart(1);
    }

    @AfterEach
    void close() {
        watch.close();
        camera.close();
    }

    private void picturesUntil(double seconds) {
        while (pictures * PICTURE_NANOS <= seconds * 1e9) {
            source.accessUnitAt(pictures, begin + pictures * PICTURE_NANOS);
            pictures++;
        }
        source.settle();
    }

    /** Returns when each frame of sound begins, in nanoseconds from the beginning. */
    private List<Long> heard(Watch sound) {
        List<Long> times = new ArrayList<>();
        while (sound.cursor().advance()) {
            times.add(sound.cursor().frame().time().decodeNanos() - begin);
        }
        return times;
    }

    private static void assertGapless(List<Long> times) {
        for (int i = 1; i < times.size(); i++) {
            assertEquals(
                    (double) FRAME_NANOS,
                    (double) (times.get(i) - times.get(i - 1)),
                    100_000,
                    "after " + times.get(i - 1));
        }
    }

    @Test
    void soundThatStops_goesOnAsSilence_whileSomebodyListens() {
        try (Watch sound = camera.sound().listen(null)) {
            for (int i = 0; i < 10; i++) {
                source.silenceAt(begin + i * FRAME_NANOS);
            }
            picturesUntil(0.5);
            assertEquals(10, heard(sound).size(), "it may still come");
            picturesUntil(1.5);
            List<Long> times = heard(sound);
            assertEquals(10.0 * FRAME_NANOS, (double) times.get(0), 100_000, "it goes on where it stopped");
            assertGapless(times);
            long last = times.get(times.size() - 1);
            assertTrue(Math.abs(1_200_000_000L - last) < 60_000_000, "as far behind as sound may be: " + last);
        }
    }

    @Test
    void soundThatComesBack_goesOnOnTheClock() {
        try (Watch sound = camera.sound().listen(null)) {
            source.silenceAt(begin);
            picturesUntil(1.5);
            List<Long> silent = heard(sound);
            long end = silent.get(silent.size() - 1) + FRAME_NANOS;
            source.silenceAt(begin + end - 100_000_000); // late, silence stands there
            source.silenceAt(begin + end + 3_000_000);
            source.silenceAt(begin + end + 3_000_000 + FRAME_NANOS);
            source.settle();
            List<Long> times = heard(sound);
            assertEquals(2, times.size(), times::toString);
            assertEquals(end + 3e6, (double) times.get(0), 100_000);
            assertGapless(times);
        }
    }

    @Test
    void holeInTheSound_isFilledUp_andTheFrameBehindItIsWhole() throws Exception {
        try (Watch sound = camera.sound().listen(null)) {
            source.silenceAt(begin);
            source.silenceAt(begin + 5 * FRAME_NANOS); // four were lost
            source.silenceAt(begin + 6 * FRAME_NANOS);
            source.settle();
            List<Long> times = heard(sound);
            assertEquals(7, times.size(), times::toString);
            assertGapless(times);
            assertEquals(4, sound.cursor().frame().sizeBytes(), "an SCE without bands, and the end");
        }
    }

    @Test
    void nobodyListens_nothingIsFilledUp_andALaterListenerHearsItFromThenOn() {
        source.silenceAt(begin);
        picturesUntil(5);
        assertEquals(1, camera.feed(Encoding.AAC).stats().frames());
        try (Watch sound = camera.sound().listen(null)) {
            heard(sound);
            picturesUntil(6);
            List<Long> times = heard(sound);
            assertTrue(times.get(0) > 5_000_000_000L, times::toString);
            assertGapless(times);
        }
    }
}
