package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.ControlConfig;
import dev.perch.config.Mask;
import dev.perch.config.PicturesConfig;
import dev.perch.config.PrivacyConfig;
import dev.perch.config.RecordingTimes;
import dev.perch.config.SourceConfig;
import dev.perch.config.Turn;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameSink;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.RecordingSink;
import dev.perch.media.TrackId;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import dev.perch.v4l2.FakeControls;
import dev.perch.v4l2.FakeH264Unit;
import dev.perch.v4l2.FakeV4l2;
import dev.perch.v4l2.FakeV4l2.Filled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class V4l2SourceTest {
    private static final int PICTURE_BYTES = 64 * 16 * 2;

    private final FakeV4l2 driver = new FakeV4l2();
    private final Recorder recorder = new Recorder();

    private static final class Recorder implements SourceOutput {
        final RecordingSink sink = new RecordingSink();
        final BlockingQueue<RawPicture> pictures = new LinkedBlockingQueue<>();
        final BlockingQueue<Optional<CaptureException>> ends = new LinkedBlockingQueue<>();
        volatile boolean turned; // set by the capture thread

        @Override
        public void turned() {
            turned = true;
        }

        @Override
        public FrameSink track(TrackId track) {
            return sink;
        }

        @Override
        public boolean wanted(TrackId track) {
            return true;
        }

        @Override
        public void raw(RawPicture picture) {
            pictures.add(picture);
        }

        @Override
        public void ended(Optional<CaptureException> reason) {
            ends.add(reason);
        }
    }

    @Test
    void autoFormat_isTheBestThatIsOffered() throws CaptureException {
        V4l2Source source = source();
        assertEquals(Set.of(PixelFormat.YUYV), source.delivers());
        driver.offers("YUYV", "MJPG");
        assertEquals(Set.of(PixelFormat.MJPG), source.delivers());
        driver.offers("YUYV", "MJPG", "H264");
        assertEquals(Set.of(PixelFormat.H264), source.delivers());
        assertEquals(0, driver.openDescriptors());
    }

    @Test
    void cameraWithTheUnit_isToldToSendH264WithinItsJpegs() throws Exception {
        FakeH264Unit unit = new FakeH264Unit();
        driver.offers("YUYV", "MJPG").unit(unit);
        V4l2Source source = source();
        assertEquals(Set.of(PixelFormat.MJPG, PixelFormat.H264), source.delivers());
        assertEquals(List.of(), unit.written());
        startAndStop(source);
        assertEquals(
                List.of("mux 3, 320x180, 400000, 4200, 3000000, 10000"), unit.written()); // the nearest that it has
    }

    @Test
    void cameraWithTheUnit_isToldToSendPlainJpegs_whereThoseAreAskedFor() throws Exception {
        FakeH264Unit unit = new FakeH264Unit();
        driver.offers("YUYV", "MJPG").unit(unit);
        startAndStop(source(CameraConfig.Format.MJPG));
        assertEquals(List.of(), unit.written()); // it does already
        startAndStop(source(CameraConfig.Format.MJPGH264));
        V4l2Source plain = source(CameraConfig.Format.MJPG);
        assertEquals(Set.of(PixelFormat.MJPG), plain.delivers());
        startAndStop(plain);
        assertEquals(
                "mux 0, 320x180, 400000, 4200, 3000000, 10000", unit.written().get(1));
    }

    @Test
    void cameraWhoseUnitRefuses_sendsPlainJpegs_orIsRefused() throws Exception {
        driver.offers("YUYV", "MJPG").unit(new FakeH264Unit().withoutMux());
        assertEquals(Set.of(PixelFormat.MJPG), source().delivers());
        startAndStop(source());
        source(CameraConfig.Format.MJPGH264).start(recorder);
        CaptureException refusal = recorder.ends.poll(10, TimeUnit.SECONDS).orElseThrow();
        assertEquals(Kind.UNSUPPORTED, refusal.kind());
        assertEquals(
                "/dev/video7 refuses to send H.264 within its JPEGs (MJPGH264) at 64x16; it offers MJPG (64x16), YUYV (64x16).",
                refusal.getMessage());
    }

    private void startAndStop(V4l2Source source) throws InterruptedException {
        Source.Session session = source.start(recorder);
        driver.deliver(Filled.frame(1, "no JPEG"));
        while (session.stats().frames() == 0) {
            assertEquals(null, recorder.ends.poll(10, TimeUnit.MILLISECONDS));
        }
        session.stop();
        assertEquals(Optional.empty(), recorder.ends.poll(10, TimeUnit.SECONDS));
    }

    private boolean turns(CameraConfig camera, FakeControls controls) throws InterruptedException {
        driver.controls(controls);
        recorder.turned = false;
        startAndStop(new V4l2Source(camera, new MemoryBudget(1 << 20, "memory.budget"), driver));
        return recorder.turned;
    }

    private static CameraConfig turned(int degrees, boolean mirrored) {
        return CameraConfig.defaults("front", new SourceConfig.Device(Path.of("/dev/video7")))
                .with(new PicturesConfig(new Turn(degrees, mirrored), List.of()));
    }

    @Test
    void deviceThatFlips_turnsItsPicturesItself() throws Exception {
        driver.offers("MJPG");
        FakeControls both = new FakeControls().flipping();
        assertTrue(turns(turned(180, false), both));
        assertEquals(List.of("Horizontal Flip=1", "Vertical Flip=1"), both.written());
        assertTrue(turns(turned(0, true), both));
        assertTrue(turns(turned(180, true), both));
        assertEquals(
                List.of("Horizontal Flip=1", "Vertical Flip=0", "Horizontal Flip=0", "Vertical Flip=1"),
                both.written().subList(2, 6));
        assertFalse(turns(turned(90, false), both), "not by flips");
        assertEquals(6, both.written().size());
    }

    @Test
    void deviceThatLacksAFlip_orRefusesIt_orIsSetByName_turnsNothing() throws Exception {
        driver.offers("MJPG");
        FakeControls across = new FakeControls();
        assertFalse(turns(turned(180, false), across));
        assertEquals(List.of(), across.written());
        assertTrue(turns(turned(0, true), across));
        FakeControls refusing = new FakeControls().flipping().refuses("Vertical Flip", 16);
        assertFalse(turns(turned(180, false), refusing));
        assertEquals(
                "Horizontal Flip=0", refusing.written().get(refusing.written().size() - 1), "it is undone");
        CameraConfig plain = turned(180, false);
        CameraConfig named = plain.with(new CameraConfig.Capture(
                plain.capture().format(),
                plain.capture().size(),
                plain.capture().fps(),
                List.of(new ControlConfig("horizontal_flip", "1", /* quoted= */ false))));
        assertFalse(turns(named, new FakeControls().flipping()));
    }

    /** It has one of the two flips only; half a turn is that one and the other. A quarter may go either way. */
    @Test
    void deviceThatRotates_turnsItsPicturesByThat_whereItLacksAFlip() throws Exception {
        driver.offers("MJPG");
        FakeControls rotating = new FakeControls().rotating();
        assertTrue(turns(turned(180, false), rotating));
        assertEquals(List.of("Horizontal Flip=0", "Rotate=180"), rotating.written());
        assertTrue(turns(turned(180, true), rotating));
        assertTrue(turns(turned(0, true), rotating));
        assertEquals(
                List.of("Horizontal Flip=1", "Rotate=180", "Horizontal Flip=1", "Rotate=0"),
                rotating.written().subList(2, 6));
        assertFalse(turns(turned(90, false), rotating));
        FakeControls refusing = new FakeControls().rotating().refuses("Rotate", 16);
        assertFalse(turns(turned(180, true), refusing));
        assertEquals(List.of("0", "0"), List.of(refusing.value("Horizontal Flip"), refusing.value("Rotate")));
    }

    @Test
    void maskedDevice_flipsNothing_whateverItWasToldBefore() throws Exception {
        FakeControls controls = new FakeControls().flipping().found("Vertical Flip", 1);
        driver.controls(controls);
        V4l2Source source = masked(turned(180, true));
        Source.Session session = source.start(recorder);
        driver.deliver(new Filled("x", PICTURE_BYTES, 0x2000, 0, 0, 0));
        take(recorder.pictures).close();
        session.stop();
        assertEquals(Optional.empty(), take(recorder.ends));
        assertFalse(recorder.turned, "Perch turns what it has drawn masks into");
        assertEquals("0 0", controls.value("Horizontal Flip") + " " + controls.value("Vertical Flip"));
    }

    @Test
    void maskedDevice_thatKeepsItsFlips_isRefused() throws Exception {
        driver.controls(new FakeControls().flipping().refuses("Vertical Flip", 16));
        masked(turned(0, false)).start(recorder);
        CaptureException refusal = take(recorder.ends).orElseThrow();
        assertEquals(Kind.UNSUPPORTED, refusal.kind());
        assertEquals(
                "/dev/video7: vertical_flip cannot be set now: the device holds it while it captures (EBUSY).",
                refusal.getMessage());
    }

    @Test
    void maskedDevice_isNotFlippedByItsOperator() throws Exception {
        FakeControls controls = new FakeControls().flipping();
        driver.controls(controls);
        SourceControls live = masked(turned(0, false)).controls().orElseThrow();
        for (String name :
                List.of("horizontal_flip", "vertical_flip", "rotate", "pan_absolute", "tilt_speed", "zoom_absolute")) {
            ControlException refusal = assertThrows(
                    ControlException.class, () -> live.set(List.of(set("brightness", "7"), set(name, "1"))));
            assertEquals(ControlException.Kind.STATE, refusal.kind());
            assertEquals(
                    name
                            + " cannot be set beside masks, as the picture would move under them; accepted: rotate and mirror"
                            + " in the camera's configuration, and what pans and zooms among its controls there.",
                    refusal.getMessage());
        }
        assertEquals(List.of(), controls.written());
        live.set(List.of(set("brightness", "7")));
        assertEquals(List.of("Brightness=7"), controls.written());
    }

    /** A later camera of the same device could move the picture under the masks of the first. */
    @Test
    void deviceOfAMaskedCamera_isNotMovedByAnother(@TempDir Path folder) throws Exception {
        FakeControls controls = new FakeControls().flipping();
        driver.controls(controls);
        Path node = Files.createFile(folder.resolve("video0"));
        Path link = Files.createSymbolicLink(folder.resolve("by-id"), node);
        CameraConfig first = CameraConfig.defaults("front", new SourceConfig.Device(node))
                .with(new PrivacyConfig(
                        RecordingTimes.BUTTON, /* recordsCard= */ false, List.of(new Mask(0, 0, 8, 8))));
        CameraConfig second = CameraConfig.defaults("side", new SourceConfig.Device(link));
        V4l2Source other = new V4l2Source(
                second,
                new MemoryBudget(1 << 20, "memory.budget"),
                driver,
                new DeviceFinder(driver, new SecondNode.Places(folder, folder), second, List.of(first, second)));
        CaptureException refusal = assertThrows(
                CaptureException.class, () -> other.controls().orElseThrow().set(List.of(set("horizontal_flip", "1"))));
        assertTrue(
                String.valueOf(refusal.getMessage()).contains("is already the device of camera \"front\""),
                refusal::toString);
        assertEquals(List.of(), controls.written());
    }

    private V4l2Source masked(CameraConfig camera) {
        PrivacyConfig masks =
                new PrivacyConfig(RecordingTimes.BUTTON, /* recordsCard= */ false, List.of(new Mask(0, 0, 8, 8)));
        return new V4l2Source(camera.with(masks), new MemoryBudget(1 << 20, "memory.budget"), driver);
    }

    private static ControlSetting set(String name, String word) {
        return new ControlSetting(name, ControlValue.of(word), /* required= */ true);
    }

    @Test
    void nothingServed_isRefusedWithWhatThereIs() {
        driver.offers("pBAA", "RGB3");
        CaptureException refusal = assertThrows(CaptureException.class, () -> source().delivers());
        assertEquals(Kind.UNSUPPORTED, refusal.kind());
        assertEquals(
                "/dev/video7 does not give H264, MJPG, JPEG, NV12, YU12, NM12, YM12, YUYV, UYVY, GREY; it offers pBAA, RGB3.",
                refusal.getMessage());
    }

    @Test
    void rawPictures_areHandedOverAndCounted() throws InterruptedException {
        Source.Session session = source().start(recorder);
        driver.deliver(new Filled("x", PICTURE_BYTES, 0x2000, 0, 0, 0), new Filled("y", 5, 0x2000, 1, 0, 0));
        driver.deliver(new Filled("z", PICTURE_BYTES, 0x2000, 4, 0, 0));
        take(recorder.pictures).close();
        take(recorder.pictures).close();
        assertEquals(new SessionStats(2, 2, 1, 64, 16, 25, "YUYV"), session.stats());
        session.stop();
        assertEquals(Optional.empty(), take(recorder.ends));
        assertEquals(0, driver.openDescriptors());
    }

    @Test
    void damagedJpeg_isCountedAsDropped() throws InterruptedException {
        driver.offers("MJPG");
        source().start(recorder);
        driver.deliver(new Filled("", 0, 0x2000, 0, 0, 0), new Filled("no JPEG", 7, 0x2000, 1, 0, 0));
        driver.deliver(Filled.error(19)); // ENODEV
        assertEquals(Kind.ABSENT, take(recorder.ends).orElseThrow().kind());
        assertEquals(2, recorder.sink.droppedFrames());
        assertEquals(List.of(), recorder.sink.frames());
    }

    @Test
    void firstCamera_goesByNumberAndPassesOverWhatIsNone(@TempDir Path directory) throws IOException {
        for (String name : List.of("video10", "video2", "video", "videodev", "media0")) {
            Files.createFile(directory.resolve(name));
        }
        assertEquals(Optional.of(directory.resolve("video2")), Devices.firstCamera(driver, directory));
        driver.offers("pBAA");
        assertEquals(Optional.empty(), Devices.firstCamera(driver, directory));
        driver.offers("YUYV").openFails(13); // EACCES
        assertEquals(Optional.empty(), Devices.firstCamera(driver, directory));
        assertEquals(Optional.empty(), Devices.firstCamera(driver, directory.resolve("absent")));
    }

    private V4l2Source source() {
        return source(CameraConfig.Format.AUTO);
    }

    private V4l2Source source(CameraConfig.Format format) {
        CameraConfig plain = CameraConfig.defaults("front", new SourceConfig.Device(Path.of("/dev/video7")));
        CameraConfig camera = plain.with(new CameraConfig.Capture(
                format,
                plain.capture().size(),
                plain.capture().fps(),
                plain.capture().controls()));
        return new V4l2Source(camera, new MemoryBudget(1 << 20, "memory.budget"), driver);
    }

    private static <T> T take(BlockingQueue<T> from) throws InterruptedException {
        T taken = from.poll(10, TimeUnit.SECONDS);
        assertFalse(taken == null, "nothing came");
        return taken;
    }
}
