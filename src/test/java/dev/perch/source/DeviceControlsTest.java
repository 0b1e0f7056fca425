package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.ControlConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import dev.perch.v4l2.FakeControls;
import dev.perch.v4l2.FakeV4l2;
import dev.perch.v4l2.FakeV4l2.Filled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the file and the operator want of a device, over several runs of it. */
@Timeout(20)
class DeviceControlsTest {
    private static final int PICTURE_BYTES = 64 * 16 * 2;

    private final FakeControls controls = new FakeControls();
    private final FakeV4l2 driver = new FakeV4l2().controls(controls);

    @Test
    void exactSize_thatIsNotOffered_isRefusedWithTheList() throws Exception {
        V4l2Source source = source(new PictureSize(640, 480, /* exact= */ true));
        String sentence =
                "/dev/video7 does not give 640x480; it offers YUYV (64x16). \"nearest 640x480\" takes the nearest.";
        CaptureException refusal = assertThrows(CaptureException.class, source::delivers);
        assertEquals(sentence, refusal.getMessage());
        assertEquals(Kind.UNSUPPORTED, refusal.kind());
        assertEquals(sentence, failure(source).getMessage());
    }

    @Test
    void exactSize_thatIsOffered_andTheNearest_areTaken() throws Exception {
        run(source(new PictureSize(64, 16, /* exact= */ true)));
        run(source(new PictureSize(640, 480)));
    }

    @Test
    void configured_areSetInTheirOrder() throws Exception {
        V4l2Source source =
                source(quoted("h264_level", "4"), plain("horizontal_flip", "true"), plain("brightness", "12"));
        assertEquals(List.of(), controls.written());
        run(source);
        assertEquals(List.of("H264 Level=2", "Horizontal Flip=1", "Brightness=12"), controls.written());
    }

    /** A push through a thin uplink from a camera that encodes by itself. */
    @Test
    void bitrateOfAPush_isSetAtTheCamerasOwnEncoder_beforeItCaptures(@TempDir Path folder) throws Exception {
        controls.encoding();
        CameraConfig camera = PerchConfig.load(Files.writeString(folder.resolve("perch.yml"), """
                cameras:
                  front:
                    device: /dev/video7
                    size: nearest 64x16
                    controls: { brightness: 12 }
                    push: { url: "rtmp://server/live/front", rendition: main, bitrate: 250k }
                """))
                .cameras()
                .get(0);
        assertEquals(List.of(), camera.renditions(), "nothing is encoded anew");
        V4l2Source source = new V4l2Source(camera, new MemoryBudget(1 << 20, "memory.budget"), driver);
        run(source);
        assertEquals(List.of("Brightness=12", "Video Bitrate=250000"), controls.written());
    }

    @Test
    void configuredWrongly_refusesTheCamera() throws Exception {
        CaptureException value = failure(source(plain("brightness", "900")));
        assertEquals(Kind.UNSUPPORTED, value.kind());
        assertEquals("/dev/video7: brightness: found 900, accepted: a whole number from 0 to 255.", value.getMessage());
        CaptureException name = failure(source(plain("britness", "9")));
        assertEquals(Kind.UNSUPPORTED, name.kind());
        assertEquals(
                "/dev/video7: no control is called \"britness\"; did you mean \"brightness\"? accepted: brightness, zoom_absolute,"
                        + " horizontal_flip, do_it_now, large_number, string, bitmask, integer_menu, brightness_2, h264_level.",
                name.getMessage());
        assertEquals(0, driver.openDescriptors());
    }

    @Test
    void setSince_comesAfterTheFiles_atEachStart() throws Exception {
        V4l2Source source = source(plain("brightness", "12"), plain("zoom_absolute", "200"));
        SourceControls live = source.controls().orElseThrow();
        live.set(List.of(wish("brightness", "77"), wish("do_it_now", "true")));
        assertEquals(List.of("Brightness=77", "Do It Now=1"), controls.written());
        run(source);
        run(source);
        assertEquals(
                List.of("Zoom, Absolute=200", "Brightness=77", "Zoom, Absolute=200", "Brightness=77"),
                controls.written().subList(2, 6));
        assertEquals(0, driver.openDescriptors());
    }

    @Test
    void setSince_andRefusedLater_keepsTheCameraRunning() throws Exception {
        V4l2Source source = source(plain("brightness", "12"));
        source.controls().orElseThrow().set(List.of(wish("zoom_absolute", "300")));
        controls.refuses("Zoom, Absolute", 13).refuses("Brightness", 13); // EACCES
        run(source);
        assertEquals(List.of("Zoom, Absolute=300"), controls.written());
    }

    @Test
    void refusedWhenSet_isNotRemembered() throws Exception {
        V4l2Source source = source();
        assertThrows(
                ControlException.class, () -> source.controls().orElseThrow().set(List.of(wish("brightness", "900"))));
        run(source);
        assertEquals(List.of(), controls.written());
    }

    @Test
    void read_besideASession_disturbsNothing() throws Exception {
        V4l2Source source = source();
        CommandOutput output = new CommandOutput();
        Source.Session session = source.start(output);
        assertEquals(12, source.controls().orElseThrow().read().size());
        session.stop();
        assertEquals(Optional.empty(), output.awaitEnd());
        assertEquals(0, driver.openDescriptors());
    }

    private void run(V4l2Source source) throws InterruptedException {
        CommandOutput output = new CommandOutput();
        output.closesPictures = true;
        Source.Session session = source.start(output);
        driver.deliver(new Filled("x", PICTURE_BYTES, 0x2000, 0, 0, 0));
        assertTrue(output.frames.tryAcquire(10, TimeUnit.SECONDS));
        session.stop();
        assertEquals(Optional.empty(), output.awaitEnd());
    }

    private static CaptureException failure(V4l2Source source) throws InterruptedException {
        CommandOutput output = new CommandOutput();
        source.start(output);
        return output.awaitEnd().orElseThrow();
    }

    private V4l2Source source(ControlConfig... configured) {
        return source(new PictureSize(64, 16), configured);
    }

    private V4l2Source source(PictureSize size, ControlConfig... configured) {
        CameraConfig plain = CameraConfig.defaults("front", new SourceConfig.Device(Path.of("/dev/video7")));
        return new V4l2Source(
                plain.with(new CameraConfig.Capture(
                        plain.capture().format(), size, plain.capture().fps(), List.of(configured))),
                new MemoryBudget(1 << 20, "memory.budget"),
                driver);
    }

    private static ControlConfig plain(String name, String value) {
        return new ControlConfig(name, value, /* quoted= */ false);
    }

    private static ControlConfig quoted(String name, String value) {
        return new ControlConfig(name, value, /* quoted= */ true);
    }

    private static ControlSetting wish(String name, String word) {
        return new ControlSetting(name, ControlValue.of(word), /* required= */ true);
    }
}
