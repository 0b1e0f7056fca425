package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PicturesConfig;
import dev.perch.config.Turn;
import dev.perch.guest.Collector.Frame;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
import dev.perch.media.StreamConfig;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.Devices;
import dev.perch.source.SessionStats;
import dev.perch.source.V4l2Source;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.Offers;
import dev.perch.v4l2.SystemCalls;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The vivid test camera: raw pictures, and faults on demand. */
class VividGuestCase {
    private final String vivid = Guest.vivid();
    private long descriptorsBefore;
    private long mappingsBefore;

    @BeforeEach
    void count() throws IOException {
        descriptorsBefore = Guest.descriptors();
        mappingsBefore = Guest.mappings();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertEquals(descriptorsBefore, Guest.descriptors());
        assertEquals(mappingsBefore, Guest.mappings());
        assertTrue(Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.isAlive() && thread.getName().startsWith("perch-jpeg")));
    }

    @Test
    void offers_areEnumerated() throws CaptureException {
        try (Device device = Device.open(SystemCalls.linux(), vivid)) {
            assertEquals("vivid", device.capabilities().driver());
            assertEquals("platform:vivid-000", device.capabilities().busInfo());
            Offers offers = new Offers(device);
            assertTrue(offers.formats().containsAll(List.of("YUYV", "NV12")), () -> "formats");
            assertEquals(
                    List.of(PixelFormat.NV12, PixelFormat.YU12, PixelFormat.YUYV, PixelFormat.UYVY, PixelFormat.GREY),
                    offers.served());
            List<String> sizes = offers.sizes(PixelFormat.YUYV).stream()
                    .map(Object::toString)
                    .toList();
            assertTrue(sizes.containsAll(List.of("320x180", "640x360", "1280x720")), sizes::toString);
            List<String> rates = offers.rates(PixelFormat.YUYV, 640, 360).stream()
                    .map(Object::toString)
                    .toList();
            assertTrue(rates.containsAll(List.of("5.000", "25.00")), rates::toString);
        }
    }

    @Test
    void firstCamera_isVivid() {
        assertEquals(Optional.of(Path.of(vivid)), Devices.firstCamera());
    }

    @Test
    void memoryToMemoryCodec_isNoCamera() {
        for (String node : List.of("/dev/video1", "/dev/video2", "/dev/video3")) {
            V4l2Source source = new V4l2Source(Collector.camera(node, 640, 360, 25), newBudget());
            CaptureException refusal = assertThrowsCapture(source);
            assertEquals(Kind.UNSUPPORTED, refusal.kind(), refusal.getMessage());
        }
    }

    @Test
    void pictures_comeAtTheRateThatWasAsked() throws Exception {
        try (Collector collector = Collector.capture(vivid, 640, 360, 25)) {
            List<Frame> frames = collector.frames(50);
            SessionStats stats = collector.stats();
            assertEquals(
                    "NV12 640x360 25.0",
                    stats.format() + " " + stats.width() + "x" + stats.height() + " " + stats.framesPerSecond());
            long spanNanos =
                    frames.get(49).time().decodeNanos() - frames.get(0).time().decodeNanos();
            double perSecond = (49 + stats.sequenceGaps()) * 1e9 / spanNanos;
            assertTrue(perSecond > 20 && perSecond < 30 + stats.sequenceGaps(), "perSecond=" + perSecond + " " + stats);
            long wallNow = System.currentTimeMillis();
            for (Frame frame : frames) {
                long ageNanos = frame.arrivedNanos() - frame.time().decodeNanos();
                assertTrue(ageNanos >= 0 && ageNanos < 2_000_000_000L, "ageNanos=" + ageNanos);
                assertTrue(Math.abs(wallNow - frame.time().wallClockMicros() / 1000) < 30_000);
            }
            assertTrue(collector.budget.leasedBytes() >= 4 * 640 * 360 * 3 / 2);
            assertEquals(mappingsBefore + 4, Guest.mappings());
        }
    }

    @Test
    void otherSizes_andTheNearest() throws Exception {
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            collector.frames(3);
            assertEquals(320, collector.stats().width());
            assertEquals(10, collector.stats().framesPerSecond());
        }
        try (Collector collector = Collector.capture(vivid, 700, 400, 10)) {
            collector.frames(3);
            assertEquals(
                    "640x360",
                    collector.stats().width() + "x" + collector.stats().height());
        }
    }

    @Test
    void pictures_becomeJpeg() throws Exception {
        try (Collector collector = Collector.captureJpeg(vivid, 640, 360, 10)) {
            List<Frame> frames = collector.frames(5);
            assertEquals(new StreamConfig.Jpeg(640, 360), collector.configs.peek());
            Path file = Collector.write(frames, /* h264= */ false, Guest.out().resolve("vivid.mjpg"));
            assertEquals("", Guest.complaints("mjpeg", file));
        }
    }

    /** Its colour bars are white at the left and black at the right. */
    @Test
    void pictures_areFlippedByTheDriver() throws Exception {
        CameraConfig plain = Collector.camera(vivid, 640, 360, 10);
        try {
            assertEquals("white black", bars(plain));
            assertEquals(
                    "black white, by the driver", bars(plain.with(new PicturesConfig(new Turn(0, true), List.of()))));
            assertEquals(
                    "black white, by the driver",
                    bars(plain.with(new PicturesConfig(new Turn(180, false), List.of()))));
            assertEquals(
                    "white black, by the driver", bars(plain.with(new PicturesConfig(new Turn(180, true), List.of()))));
        } finally {
            ControlValue no = new ControlValue.Whole(0);
            new V4l2Source(plain, newBudget())
                    .controls()
                    .orElseThrow()
                    .set(List.of(
                            new ControlSetting("horizontal_flip", no, /* required= */ true),
                            new ControlSetting("vertical_flip", no, /* required= */ true)));
        }
    }

    private static String bars(CameraConfig camera) throws Exception {
        try (Collector collector = Collector.captureJpeg(camera)) {
            BufferedImage image = ImageIO.read(
                    new ByteArrayInputStream(collector.frames(3).get(2).bytes().toArray()));
            return bar(image, 20) + " " + bar(image, 620) + (collector.turned ? ", by the driver" : "");
        }
    }

    private static String bar(BufferedImage image, int x) {
        int green = image.getRGB(x, 180) >> 8 & 0xff;
        return green > 150 ? "white" : green < 50 ? "black" : "green=" + green;
    }

    @Test
    void absentDevice_isTold() throws Exception {
        try (Collector collector = Collector.capture("/dev/video99", 640, 360, 25)) {
            CaptureException failure = collector.failure();
            assertEquals(Kind.ABSENT, failure.kind());
        }
    }

    @Test
    void busyDevice_namesItsUser() throws Exception {
        Process holder = new ProcessBuilder(
                        "ffmpeg", "-v", "error", "-f", "v4l2", "-video_size", "320x180", "-i", vivid, "-f", "null", "-")
                .redirectInput(Path.of("/dev/null").toFile())
                .inheritIO()
                .start();
        try (Guest.Feeder ended = new Guest.Feeder(holder)) {
            Path maps = Path.of("/proc/" + ended.process().pid() + "/maps");
            Guest.await("ffmpeg to hold " + vivid, () -> read(maps).contains(vivid));
            try (Collector collector = Collector.capture(vivid, 640, 360, 25)) {
                CaptureException failure = collector.failure();
                assertEquals(Kind.BUSY, failure.kind());
                assertEquals(vivid + " is in use by ffmpeg (process " + holder.pid() + ").", failure.getMessage());
            }
        }
    }

    @Test
    void deviceOfAnotherUser_isToldWithTheCommandThatHelps() throws Exception {
        // nobody may not look into this user's folders: the classes and JNA go where it may
        Path open = Path.of("/run/perch-probe");
        Files.createDirectories(open);
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (entry.endsWith("classes") || entry.matches(".*/jna-[^/]*\\.jar")) {
                Guest.run(
                        "cp",
                        "-r",
                        entry,
                        open.resolve(Path.of(entry).getFileName()).toString());
            }
        }
        Guest.run("chmod", "-R", "a+rX", open.toString());
        assertEquals(
                "NOT_PERMITTED The user nobody may not open " + vivid
                        + ": let it join the group video: usermod -aG video nobody, then start Perch again.",
                asNobody(open, vivid));
        assertEquals(
                "NOT_PERMITTED The user nobody may not open the sound card hw:Loopback,1"
                        + ": let it join the group audio: usermod -aG audio nobody, then start Perch again.",
                asNobody(open, "hw:Loopback,1", "sound"));
    }

    private static String asNobody(Path open, String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                open + "/classes:" + open + "/test-classes:" + open + "/*",
                Probe.class.getName()));
        command.addAll(List.of(words));
        return Guest.run(command.toArray(String[]::new)).strip();
    }

    @Test
    void absentLibturbojpeg_isToldByNameAndReplaced() throws Exception {
        Guest.run("sh", "-c", "mkdir /run/away; mv /usr/lib/*/libturbojpeg.so* /run/away/");
        try {
            String said = Guest.run(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Probe.class.getName(),
                    vivid,
                    "jpeg");
            assertTrue(
                    said.contains(
                            "needs the library libturbojpeg, which is not on this machine: apt install libturbojpeg0"),
                    said);
            assertTrue(said.contains("3 JPEG"), said);
        } finally {
            Guest.run("sh", "-c", "mv /run/away/* $(dirname $(ls -d /usr/lib/*/libjpeg.so* | head -n 1))/");
        }
    }

    @Test
    void damagedBuffers_areCountedAndTheStreamGoesOn() throws Exception {
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            collector.frames(2);
            Guest.control(vivid, "inject_v4l2_buf_flag_error=1");
            Guest.await("a damaged buffer", () -> collector.stats().errorFrames() > 0);
            collector.frames.clear();
            collector.frames(3);
        }
    }

    @Test
    void droppedBuffers_areSequenceGaps() throws Exception {
        Guest.control(vivid, "percentage_of_dropped_buffers=50");
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            Guest.await("gaps", () -> collector.stats().sequenceGaps() > 3);
        } finally {
            Guest.control(vivid, "percentage_of_dropped_buffers=0");
        }
    }

    @Test
    void errorsOfTheDriver_endInASentenceAndTheNextStartWorks() throws Exception {
        for (String call : List.of("reqbufs", "qbuf", "streamon")) {
            Guest.control(vivid, "inject_vidioc_" + call + "_error=1");
            assertFails(Kind.FAULT, "VIDIOC_" + call.toUpperCase(Locale.ROOT));
        }
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            collector.frames(2);
            Guest.control(vivid, "inject_fatal_streaming_error=1");
            CaptureException failure = collector.failure();
            assertEquals(Kind.FAULT, failure.kind(), failure.getMessage());
        }
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            collector.frames(2);
        }
    }

    @Test
    void unplugging_isToldAndTheDeviceIsLetGo() throws Exception {
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            collector.frames(2);
            Unplugged.vivid(vivid, () -> {
                CaptureException failure = collector.failure();
                assertEquals(Kind.ABSENT, failure.kind(), failure.getMessage());
            });
        }
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            collector.frames(2);
        }
    }

    @Test
    void tenStartsAndStops_leaveNothingBehind() throws Exception {
        for (int i = 0; i < 10; i++) {
            try (Collector collector = Collector.capture(vivid, 320, 180, 25)) {
                collector.frame();
            }
        }
    }

    private void assertFails(Kind kind, String word) throws InterruptedException {
        try (Collector collector = Collector.capture(vivid, 320, 180, 10)) {
            CaptureException failure = collector.failure();
            assertEquals(kind, failure.kind(), failure.getMessage());
            assertTrue(String.valueOf(failure.getMessage()).contains(word), failure.getMessage());
        }
    }

    private static CaptureException assertThrowsCapture(V4l2Source source) {
        try {
            Set<PixelFormat> delivered = source.delivers();
            throw new AssertionError(source.description() + " delivers " + delivered);
        } catch (CaptureException refusal) {
            return refusal;
        }
    }

    private static MemoryBudget newBudget() {
        return new MemoryBudget(1 << 20, "memory.budget");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return "";
        }
    }
}
