package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.media.TrackId;
import dev.perch.source.SoundProspect;
import dev.perch.testing.Await;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sound of a camera: whether it has any, and when that is known. */
@Timeout(60)
class CameraSoundTest {
    private static final TrackId SOUND = TrackId.main(Encoding.AAC);

    private static Camera camera(CameraConfig config, ScriptedSource source) {
        return Camera.start(config, source, TestCameras.pool(16 << 20));
    }

    private static CameraConfig config() {
        return CameraConfig.defaults("front", new SourceConfig.Demo());
    }

    @Test
    void track_isThere_exactlyWhenTheConfigurationHasSound() throws Exception {
        ScriptedSource source = new ScriptedSource(PixelFormat.H264).sounding(SoundProspect.CERTAIN);
        try (Camera camera = camera(config(), source)) {
            assertEquals(SOUND, camera.feed(Encoding.AAC).track());
            assertEquals(SoundProspect.CERTAIN, camera.sound().prospect());
            camera.requireOffered(Encoding.AAC);
        }
        try (Camera camera = camera(config().with(SoundConfig.OFF), source)) {
            assertThrows(IllegalArgumentException.class, () -> camera.feed(Encoding.AAC));
            assertEquals(SoundProspect.NONE, camera.sound().prospect(), "whatever its source gives");
        }
        CameraConfig device = CameraConfig.defaults("front", new SourceConfig.Device(Path.of("/dev/video7")));
        assertFalse(device.sound().on(), "a device has none unless it is asked for");
    }

    @Test
    void possibleSound_isKnownWithTheFirstPicture() throws Exception {
        ScriptedSource source = new ScriptedSource(PixelFormat.H264).sounding(SoundProspect.POSSIBLE);
        try (Camera camera = camera(config(), source);
                Watch watch = camera.watch(Encoding.H264, null)) {
            assertEquals(SoundProspect.POSSIBLE, camera.sound().prospect());
            source.awaitStart(1);
            source.accessUnit(0);
            Await.until(5, () -> watch.camera().state() instanceof CameraState.Live, () -> "no picture");
            assertEquals(
                    SoundProspect.CERTAIN,
                    camera.sound().prospect(),
                    "the session asked for the track before its picture");
        }
    }

    @Test
    void soundThatIsNotAskedForBeforeTheFirstPicture_doesNotCome() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> {});
        try (Camera camera = Camera.start(config(), source, TestCameras.pool(16 << 20));
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            source.next().frame();
            Await.until(5, () -> watch.camera().state() instanceof CameraState.Live, () -> "no picture");
            assertEquals(SoundProspect.NONE, camera.sound().prospect());
        }
    }

    @Test
    void listening_countsTheViewerOnce_andTellsTheSource() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> {});
        try (Camera camera = Camera.start(config(), source, TestCameras.pool(16 << 20));
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            ScriptedCameraSource.Run run = source.next();
            assertFalse(run.wanted(SOUND));
            try (Watch sound = camera.sound().listen(null)) {
                assertTrue(run.wanted(SOUND));
                assertEquals(1, sound.camera().watchers());
            }
            assertFalse(run.wanted(SOUND));
            assertEquals(1, watch.camera().watchers());
        }
    }

    @Test
    void soundAlone_makesNoCameraLive_norARefusedOneFail() throws Exception {
        ScriptedCameraSource source = new ScriptedCameraSource(() -> {});
        try (Camera camera = Camera.start(config(), source, TestCameras.pool(16 << 20));
                Watch watch = camera.watch(Encoding.JPEG, null)) {
            ScriptedCameraSource.Run run = source.next();
            run.track(SOUND).refused("The sound is not AAC.");
            run.track(SOUND).dropped();
            run.frame();
            Await.until(5, () -> camera.state() instanceof CameraState.Live, () -> "no picture");
            assertEquals("", watch.camera().state().reason());
            run.end(new CaptureException(CaptureException.Kind.FAULT, "It was unplugged."));
            Await.until(5, () -> camera.state().failing(), () -> "not lost");
            assertEquals("It was unplugged.", camera.state().reason());
        }
    }
}
