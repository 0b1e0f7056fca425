package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.v4l2.Device;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** perch.war on a UVC 1.5 camera through the kernel's own uvcvideo: H.264 within MJPG, MJPG, YUYV, its faults, and unplugging. */
class UvcStreamsGuestCase {
    private static final String WITHIN = "encoder: off";
    private static final int CYCLES = 50;

    private static String camera(UvcCamera camera, String more) {
        return "  usb: { device: " + camera.awaitNode() + ", size: 640x480, fps: 15, linger: 1s, " + more + " }\n";
    }

    private static UvcCamera plug(String... more) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(List.of("--h264", Clips.annexB().toString(), "--h264-on-commit"));
        options.addAll(List.of(more));
        return UvcCamera.plug(options.toArray(String[]::new));
    }

    @Test
    void mjpgh264_byAllFourTechniques() throws Exception {
        try (UvcCamera camera = plug();
                Perch perch =
                        Perch.start(camera(camera, WITHIN + ", controls: { uvcx_bitrate: 2000000, brightness: 90 }"))) {
            h264(perch);
            jpeg(perch);
            List<String> log = camera.log();
            String commit = log.stream()
                    .filter(line -> line.contains("SET_CUR uvcx_video_config_commit"))
                    .reduce((first, last) -> last)
                    .orElseThrow(() -> new AssertionError(log));
            // interval, bit rate, hints, index, width, height
            assertTrue(commit.matches(".*commit 666666 2000000 \\d+ 0 640 480 .*"), commit);
            assertTrue(log.stream().anyMatch(line -> line.contains("SET_CUR brightness 90")), log::toString);
            liveControls(perch);
        }
    }

    private static void liveControls(Perch perch) throws IOException {
        Perch.Answer listed = perch.get("/usb/controls");
        assertTrue(listed.body().contains("\"name\":\"uvcx_profile\""), listed.body());
        assertEquals(
                200,
                perch.put("/usb/controls", "{\"uvcx_rate_control_mode\": \"Variable Bitrate\"}")
                        .status());
        Perch.Answer refused = perch.put("/usb/controls", "{\"uvcx_rate_control_mode\": 9}");
        assertEquals(400, refused.status());
        assertTrue(refused.body().contains("Constant QP"), refused.body());
    }

    /** Payload sizes that count the markers of later segments, in a camera that is asked for MJPGH264 by name. */
    @Test
    void mjpgh264_whoseSizesCountMarkers() throws Exception {
        try (UvcCamera camera = plug("--h264-count-markers");
                Perch perch = Perch.start(camera(camera, "format: MJPGH264, " + WITHIN))) {
            h264(perch);
        }
    }

    private static void h264(Perch perch) throws IOException, InterruptedException {
        Path annexB = perch.fetch("/usb/stream.h264?duration=4", "usb.h264");
        assertEquals("", Guest.complaints("h264", annexB));
        assertEquals("640,480", probe("h264", annexB, "stream=width,height"));
        Path mp4 = perch.fetch("/usb/stream.mp4?duration=4", "usb.mp4");
        assertEquals("", Guest.complaints("mp4", mp4));
        int frames = Integer.parseInt(probe("mp4", mp4, "stream=nb_read_frames"));
        assertTrue(frames >= 10, "frames=" + frames);
    }

    private static void jpeg(Perch perch) throws IOException, InterruptedException {
        Path snapshot = perch.fetch("/usb/snapshot.jpg", "usb.jpg");
        assertEquals("", Guest.complaints("image2", snapshot));
        assertEquals("640,480", probe("image2", snapshot, "stream=width,height"));
        assertTrue(indexOfApp4(Files.readAllBytes(snapshot)) < 0, "the H.264 is not served with the JPEG");
        Path stream = perch.fetch("/usb/stream.mjpg?duration=4", "usb.mjpg");
        assertEquals("", Guest.complaints("mpjpeg", stream));
        assertTrue(times(stream) >= 10, "frames=" + times(stream));
    }

    private static int indexOfApp4(byte[] jpeg) {
        String text = new String(jpeg, StandardCharsets.ISO_8859_1);
        return text.indexOf("\u00ff\u00e4");
    }

    @Test
    void yuyv_becomesJpeg() throws Exception {
        try (UvcCamera camera = plug();
                Perch perch = Perch.start(camera(camera, "format: YUYV, encoder: off"))) {
            jpeg(perch);
        }
    }

    @Test
    void corruptFramesAndAStall_areSurvived() throws Exception {
        try (UvcCamera camera = plug("--corrupt", "5", "--stall", "4", "--stall-for", "3");
                Perch perch = Perch.start(camera(camera, WITHIN))) {
            Path h264 = perch.file("stalled.h264");
            try (Guest.Feeder viewer = perch.watch("/usb/stream.h264", h264)) {
                Path stream = perch.fetch("/usb/stream.mjpg?duration=12", "stalled.mjpg");
                assertEquals("", Guest.complaints("mpjpeg", stream));
                assertTrue(times(stream) >= 20, "frames=" + times(stream));
                assertTrue(viewer.process().isAlive(), "the viewer has stayed");
            }
            assertTrue(Files.size(h264) > 500_000, "bytes=" + Files.size(h264));
            assertTrue(
                    number(perch, "\"JPEG\":\\{[^}]*\"dropped\":(\\d+)") > 0,
                    perch.get("/stats").body());
        }
    }

    private static long number(Perch perch, String pattern) throws IOException {
        Matcher found =
                Pattern.compile(pattern).matcher(perch.get("/stats").body().replace(" ", ""));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
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

    /** How many frames of different times there are: heartbeats repeat the last one. */
    private static long times(Path multipart) throws IOException {
        return Pattern.compile("\r\nX-Timestamp: ([0-9.]+)\r\n")
                .matcher(Files.readString(multipart, StandardCharsets.ISO_8859_1))
                .results()
                .map(found -> found.group(1))
                .distinct()
                .count();
    }

    /** A viewer stays connected; each time the pictures go on in the same answer. */
    @Test
    void unpluggedAndBack_manyTimes() throws Exception {
        try (UvcCamera camera = plug();
                Perch perch = Perch.start(camera(camera, WITHIN))) {
            perch.fetch("/usb/snapshot.jpg", "before.jpg");
            Guest.await("the camera to rest", () -> perch.held() == 0);
            long threads = perch.threads();
            long leased = number(perch, "\"leasedBytes\":(\\d+)");
            Path file = perch.file("unplugged.mjpg");
            try (Guest.Feeder viewer = perch.watch("/usb/stream.mjpg", file)) {
                for (int i = 0; i < CYCLES; i++) {
                    Guest.await("pictures, cycle " + i, goesOn(file));
                    camera.unplug();
                    Guest.await("the device to be closed, cycle " + i, () -> perch.held() == 0);
                    camera.replug();
                }
                Guest.await("pictures in the end", goesOn(file));
                assertTrue(viewer.process().isAlive(), "the viewer has stayed");
            }
            Guest.await("the camera to rest again", () -> perch.held() == 0);
            Guest.await("the threads to end", () -> perch.threads() <= threads);
            assertEquals(leased, number(perch, "\"leasedBytes\":(\\d+)"));
        }
    }

    /** Somebody else holds the old node, so that the camera comes back under another number. */
    @Test
    void renumbered_isFoundByItsName() throws Exception {
        Path link = Path.of("/dev/camera-by-id");
        try (UvcCamera camera = plug();
                Device held = Device.open(SystemCalls.linux(), camera.awaitNode())) {
            Files.createSymbolicLink(link, Path.of(held.path()));
            String card = held.capabilities().card();
            String settings = ", size: 640x480, fps: 15, linger: 1s }\n";
            try (Perch perch = Perch.start(
                    "  usb: { device: \"" + card + "\"" + settings + "  twin: { device: " + link + settings)) {
                Perch.Answer twin = perch.get("/twin/snapshot.jpg");
                assertEquals(503, twin.status());
                assertTrue(twin.body().contains("is already the device of camera \\\"usb\\\""), twin.body());
                Path file = perch.file("renumbered.mjpg");
                try (Guest.Feeder viewer = perch.watch("/usb/stream.mjpg", file)) {
                    Guest.await("pictures", goesOn(file));
                    camera.unplug();
                    Guest.await("the loss", () -> UvcCamera.node().isEmpty());
                    camera.replug();
                    assertNotEquals(held.path(), camera.awaitNode());
                    Guest.await("pictures from " + camera.awaitNode(), goesOn(file));
                    assertTrue(viewer.process().isAlive(), "the viewer has stayed");
                }
            }
        } finally {
            Files.deleteIfExists(link);
        }
    }

    private static BooleanSupplier goesOn(Path file) {
        long bytes = file.toFile().length();
        return () -> file.toFile().length() > bytes + 300_000; // placeholders and heartbeats have less
    }
}
