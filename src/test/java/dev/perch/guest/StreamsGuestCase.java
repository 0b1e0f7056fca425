package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** perch.war on the kernel's own drivers: raw pictures from vivid, H.264 and MJPEG from v4l2loopback, fetched over HTTP. */
class StreamsGuestCase {
    private static Guest.Feeder h264;
    private static Guest.Feeder mjpg;
    private static Perch perch;

    @BeforeAll
    static void start() throws IOException {
        h264 = Guest.feed(Clips.h264(), "/dev/video20");
        mjpg = Guest.feed(Clips.mjpg(), "/dev/video21");
        perch = Perch.start(
                "  raw: { device: " + Guest.vivid() + ", size: 320x180, fps: 10, linger: 1s, encoder: off }\n"
                        + "  avc: { device: /dev/video20, size: 320x240, fps: 10, linger: 1s, jpeg-encoder: off }\n"
                        + "  motion: { device: /dev/video21, size: 320x240, fps: 10, linger: 1s, encoder: off }\n"
                        + "  gap: { device: /dev/video23, size: 320x240, fps: 10, linger: 1s }\n"
                        + "  absent: { device: /dev/video77 }\n");
    }

    @AfterAll
    static void stop() {
        if (perch != null) {
            perch.close();
        }
        h264.close();
        mjpg.close();
    }

    @Test
    void yuyv_snapshotAndMjpeg_decode() throws IOException, InterruptedException {
        jpegStreams("raw", "320x180");
    }

    @Test
    void mjpg_snapshotAndMjpeg_decode() throws IOException, InterruptedException {
        jpegStreams("motion", "320x240");
    }

    private static void jpegStreams(String camera, String size) throws IOException, InterruptedException {
        Path snapshot = perch.fetch("/" + camera + "/snapshot.jpg", camera + ".jpg");
        assertEquals("", Guest.complaints("image2", snapshot));
        assertEquals(size, probe("image2", snapshot, "stream=width,height").replace(',', 'x'));
        Path stream = perch.fetch("/" + camera + "/stream.mjpg?duration=4", camera + ".mjpg");
        assertEquals("", Guest.complaints("mpjpeg", stream));
        List<Double> times =
                timestamps(stream).stream().distinct().toList(); // a busy machine may stall, and a sign of life come
        assertTrue(times.size() >= 20, "frames=" + times.size());
        for (int i = 1; i < times.size(); i++) {
            assertTrue(times.get(i) > times.get(i - 1), "X-Timestamp rises: " + times);
        }
        double span = times.get(times.size() - 1) - times.get(0);
        assertTrue(span > 3 && span < 4, "seconds=" + span);
        conflict("/" + camera + "/stream.mp4", "snapshot.jpg, stream.mjpg");
        conflict("/" + camera + "/stream.h264", "snapshot.jpg, stream.mjpg");
    }

    private static List<Double> timestamps(Path multipart) throws IOException {
        Matcher header = Pattern.compile("\r\nX-Timestamp: ([0-9]+\\.[0-9]{6})\r\n")
                .matcher(Files.readString(multipart, StandardCharsets.ISO_8859_1));
        return header.results().map(found -> Double.valueOf(found.group(1))).toList();
    }

    @Test
    void h264_annexBAndMp4_decode() throws IOException, InterruptedException {
        Path annexB = perch.fetch("/avc/stream.h264?duration=4", "video.h264");
        assertEquals("", Guest.complaints("h264", annexB));
        int frames = Integer.parseInt(probe("h264", annexB, "stream=nb_read_frames"));
        assertTrue(frames >= 20 && frames <= 50, "frames=" + frames); // the emulated feeder is at times behind
        Path mp4 = perch.fetch("/avc/stream.mp4?duration=4", "video.mp4");
        assertEquals("", Guest.complaints("mp4", mp4));
        int samples = Integer.parseInt(probe("mp4", mp4, "stream=nb_read_frames"));
        assertTrue(samples >= 20, "frames=" + samples);
        rising(mp4);
        conflict("/avc/stream.mjpg", "stream.h264, stream.mp4, stream.flv");
        conflict("/avc/snapshot.jpg", "stream.h264, stream.mp4, stream.flv");
    }

    /** Decode times start at 0 and rise; the live part lasts as long as was asked for. */
    private static void rising(Path mp4) throws IOException, InterruptedException {
        List<Double> times = probe("mp4", mp4, "packet=dts_time")
                .lines()
                .map(line -> Double.valueOf(line.replace(",", "")))
                .toList();
        assertEquals(0.0, times.get(0));
        for (int i = 1; i < times.size(); i++) {
            assertTrue(times.get(i) > times.get(i - 1), "decode time rises: " + times);
        }
    }

    private static String probe(String format, Path file, String entries) throws IOException, InterruptedException {
        return Guest.run(
                        "ffprobe",
                        "-v",
                        "error",
                        "-count_frames",
                        "-f",
                        format,
                        "-show_entries",
                        entries,
                        "-of",
                        "csv=p=0",
                        file.toString())
                .strip();
    }

    private static void conflict(String path, String available) throws IOException {
        Perch.Answer answer = perch.get(path);
        assertEquals(409, answer.status(), answer.body());
        assertTrue(answer.body().contains("It gives " + available), answer.body());
    }

    @Test
    void nobodyWatches_devicesAreClosed() throws IOException, InterruptedException {
        perch.fetch("/raw/snapshot.jpg", "held.jpg");
        perch.fetch("/avc/stream.h264?duration=1", "held.h264");
        Guest.await("the devices to be closed", () -> perch.held() == 0);
    }

    @Test
    void absentDevice_saysSo() throws IOException {
        Perch.Answer answer = perch.get("/absent/snapshot.jpg");
        assertEquals(503, answer.status());
        assertTrue(answer.body().contains("/dev/video77 does not exist"), answer.body());
    }

    @Test
    void busyDevice_namesItsHolder() throws IOException {
        Guest.await("the device to be free", () -> perch.held() == 0);
        Process holder = new ProcessBuilder(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-f",
                        "v4l2",
                        "-video_size",
                        "320x180",
                        "-i",
                        Guest.vivid(),
                        "-f",
                        "null",
                        "-")
                .inheritIO()
                .redirectInput(Path.of("/dev/null").toFile())
                .start();
        try (Guest.Feeder feeder = new Guest.Feeder(holder)) {
            long pid = feeder.process().pid();
            Guest.await("ffmpeg to hold the device", () -> maps(pid).contains(Guest.vivid()));
            Perch.Answer answer = perch.get("/raw/snapshot.jpg");
            assertEquals(503, answer.status());
            assertTrue(answer.body().contains("is in use by ffmpeg (process " + pid + ")"), answer.body());
        }
    }

    private static String maps(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "maps"));
        } catch (IOException notYet) {
            return "";
        }
    }

    private static boolean answers(String path) {
        try {
            return perch.get(path).status() == 200;
        } catch (IOException cut) {
            return false;
        }
    }

    private static String refusal(String path) {
        try {
            Perch.Answer answer = perch.get(path);
            return answer.status() == 503 ? answer.body() : "";
        } catch (IOException cut) {
            return "";
        }
    }

    @Test
    void unplugged_viewerStaysAndGoesOn() throws Exception {
        Path file = perch.file("unplugged.mjpg");
        try (Guest.Feeder viewer = perch.watch("/raw/stream.mjpg", file)) {
            Guest.await("the first frames", () -> distinct(file) > 5);
            AtomicLong before = new AtomicLong();
            Unplugged.vivid(Guest.vivid(), () -> before.set(distinct(file)));
            Guest.await("the same answer to go on", () -> distinct(file) > before.get() + 20);
            assertTrue(viewer.process().isAlive(), "the viewer has stayed");
        }
        Guest.await("the device to be closed", () -> perch.held() == 0);
    }

    @Test
    void feederGone_viewerStaysAndGoesOn() throws IOException {
        Path file = perch.file("gap.mjpg");
        Guest.Feeder first = Guest.feed(Clips.mjpg(), "/dev/video23");
        Guest.await("the camera", () -> answers("/gap/snapshot.jpg")); // this device shows itself before it is fed
        try (Guest.Feeder viewer = perch.watch("/gap/stream.mjpg", file)) {
            Guest.await("the first frames", () -> size(file) > 50_000);
            first.close();
            Guest.await("the loss", () -> !refusal("/gap/snapshot.jpg").isEmpty());
            try (Guest.Feeder second = Guest.feed(Clips.mjpg(), "/dev/video23")) {
                long frames = distinct(file);
                Guest.await("the same answer to go on", () -> distinct(file) > frames + 20);
                assertTrue(second.process().isAlive());
            }
            assertTrue(viewer.process().isAlive(), "the viewer has stayed");
        } finally {
            first.close();
        }
    }

    /** The first feeder goes and another one comes at once, with smaller pictures. */
    @Test
    void feederWithAnotherSize_viewerStaysAndGetsThem() throws IOException {
        Path file = perch.file("size.mjpg");
        Guest.Feeder first = Guest.feed(Clips.mjpg(), "/dev/video23");
        Guest.await("the camera", () -> answers("/gap/snapshot.jpg"));
        try (Guest.Feeder viewer = perch.watch("/gap/stream.mjpg", file)) {
            Guest.await("the first frames", () -> size(file) > 50_000);
            first.close();
            try (Guest.Feeder second = Guest.feed(Clips.fast(60), "/dev/video23")) {
                // SOF0 (ITU-T T.81 §B.2.2): length 17, 8 bits, 120 lines of 160 samples
                Guest.await("smaller pictures", () -> hex(file).contains("ffc0001108007800a0"));
                assertTrue(second.process().isAlive());
            }
            assertTrue(viewer.process().isAlive(), "the viewer has stayed");
        } finally {
            first.close();
        }
    }

    private static String hex(Path file) {
        try {
            return HexFormat.of().formatHex(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    /** Heartbeats repeat the last frame with its time. */
    private static long distinct(Path multipart) {
        try {
            return Files.exists(multipart)
                    ? timestamps(multipart).stream().distinct().count()
                    : 0;
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static long size(Path file) {
        return file.toFile().length();
    }

    @Test
    void notPermitted_namesTheGroup() throws IOException {
        List<String> asNobody = List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        try (Perch other = Perch.start("  raw: { device: " + Guest.vivid() + " }\n", asNobody)) {
            Perch.Answer answer = other.get("/raw/snapshot.jpg");
            assertEquals(503, answer.status());
            assertTrue(answer.body().contains("join the group video: usermod -aG video"), answer.body());
        }
    }
}
