package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** perch.war on a UVC 1.5 camera through the kernel's own uvcvideo: H.264 within MJPG, MJPG, YUYV, and its faults. */
class UvcStreamsGuestCase {
    private static final String WITHIN = "encoder: off";

    private static String camera(UvcCamera camera, String more) {
        return "  usb: { device: " + camera.awaitNode() + ", size: 640x480, fps: 15, linger: 1s, " + more + " }\n";
    }

    @Test
    void mjpgh264_byAllFourTechniques() throws Exception {
        try (UvcCamera camera = UvcCamera.plugWithH264();
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
        try (UvcCamera camera = UvcCamera.plugWithH264("--h264-count-markers");
                Perch perch = Perch.start(camera(camera, "format: MJPGH264, " + WITHIN))) {
            h264(perch);
        }
    }

    /** The camera agrees to send H.264 and has none. */
    @Test
    void mjpgh264_ofACameraThatSendsNone_isRefused() throws Exception {
        try (UvcCamera camera = UvcCamera.plug();
                Perch perch = Perch.start(camera(camera, "format: MJPGH264, " + WITHIN))) {
            Perch.Answer answer = perch.get("/usb/stream.mp4");
            assertEquals(503, answer.status());
            assertTrue(answer.body().contains("sends no H.264 within its JPEGs (format: MJPGH264)"), answer.body());
        }
    }

    /** Two streaming interfaces of one camera, and so two nodes: JPEGs at the first, H.264 at the second, which is captured while somebody reads it. */
    @Test
    void h264OfASecondNode_isCapturedBesideTheJpegs() throws Exception {
        try (UvcCamera camera = UvcCamera.plug("--h264-node", Clips.annexB().toString());
                Perch perch = Perch.start(camera(camera, WITHIN))) {
            jpeg(perch);
            assertTrue(second(camera, "STREAM on h264 640x480").isEmpty(), "nobody has read it");
            try (Guest.Feeder viewer = perch.watch("/usb/stream.mjpg", perch.file("beside.mjpg"))) {
                h264(perch);
                assertTrue(!second(camera, "STREAM on h264 640x480").isEmpty(), "as soon as somebody reads it");
                Guest.await(
                        "the end of what nobody reads",
                        () -> !second(camera, "STREAM off").isEmpty());
                assertTrue(viewer.process().isAlive(), "the other node goes on");
            }
        }
    }

    /** H.264 at both nodes, as large as the camera's and as a rendition of it: the second is captured for the rendition, and nothing is encoded. */
    @Test
    void renditionOfASecondNode_isCapturedBesideTheCamera() throws Exception {
        String[] both = {
            "--h264",
            Clips.annexB().toString(),
            "--h264-format",
            "--h264-node",
            Clips.smallAnnexB().toString()
        };
        try (UvcCamera camera = UvcCamera.plug(both);
                Perch perch = Perch.start(camera(camera, "renditions: { small: { size: 320x240, fps: 15 } }"))) {
            h264(perch);
            assertTrue(second(camera, "STREAM on").isEmpty(), "nobody has read the rendition");
            try (Guest.Feeder viewer = perch.watch("/usb/stream.h264", perch.file("beside.h264"))) {
                Path small = perch.fetch("/usb/small/stream.h264?duration=4", "small.h264");
                assertEquals("", Guest.complaints("h264", small));
                assertEquals("320,240", probe("h264", small, "stream=width,height"));
                assertTrue(!second(camera, "STREAM on h264 320x240").isEmpty(), () -> log(camera));
                Path mp4 = perch.fetch("/usb/small/stream.mp4?duration=4", "small.mp4");
                assertEquals("320,240", probe("mp4", mp4, "stream=width,height"));
                String stats = perch.get("/stats").body();
                assertTrue(!stats.contains("\"by\":\"ffmpeg\""), stats);
                Guest.await(
                        "the end of what nobody reads",
                        () -> !second(camera, "STREAM off").isEmpty());
                assertTrue(viewer.process().isAlive(), "the camera goes on");
            }
        }
    }

    private static String log(UvcCamera camera) {
        try {
            return String.join("\n", camera.log());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static List<String> second(UvcCamera camera, String event) {
        try {
            return camera.log().stream()
                    .filter(line -> line.contains(event) && line.endsWith(" of interface 2"))
                    .toList();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static void h264(Perch perch) throws IOException, InterruptedException {
        Path annexB = perch.fetch("/usb/stream.h264?duration=4", "usb.h264");
        assertEquals("", Guest.complaints("h264", annexB));
        assertEquals("640,480", probe("h264", annexB, "stream=width,height"));
        Path mp4 = perch.fetch("/usb/stream.mp4?duration=4", "usb.mp4");
        assertEquals("", Guest.complaints("mp4", mp4));
        int frames = Integer.parseInt(probe("mp4", mp4, "stream=nb_read_packets"));
        assertTrue(frames >= 3, "frames=" + frames);
    }

    private static void jpeg(Perch perch) throws IOException, InterruptedException {
        Path snapshot = perch.fetch("/usb/snapshot.jpg", "usb.jpg");
        assertEquals("", Guest.complaints("image2", snapshot));
        assertEquals("640,480", probe("image2", snapshot, "stream=width,height"));
        assertTrue(indexOfApp4(Files.readAllBytes(snapshot)) < 0, "the H.264 is not served with the JPEG");
        Path stream = perch.fetch("/usb/stream.mjpg?duration=6", "usb.mjpg");
        assertEquals("", Guest.complaints("mpjpeg", stream));
        assertTrue(times(stream) >= 2, "frames=" + times(stream));
    }

    private static int indexOfApp4(byte[] jpeg) {
        String text = new String(jpeg, StandardCharsets.ISO_8859_1);
        return text.indexOf("\u00ff\u00e4");
    }

    @Test
    void yuyv_becomesJpeg() throws Exception {
        try (UvcCamera camera = UvcCamera.plugWithH264();
                Perch perch = Perch.start(camera(camera, "format: YUYV, encoder: off"))) {
            jpeg(perch);
        }
    }

    @Test
    void corruptFramesAndAStall_areSurvived() throws Exception {
        try (UvcCamera camera = UvcCamera.plugWithH264("--corrupt", "5", "--stall", "4", "--stall-for", "3");
                Perch perch = Perch.start(camera(camera, WITHIN))) {
            Path h264 = perch.file("stalled.h264");
            try (Guest.Feeder viewer = perch.watch("/usb/stream.h264", h264)) {
                Path stream = perch.fetch("/usb/stream.mjpg?duration=12", "stalled.mjpg");
                assertEquals(
                        "",
                        Guest.otherComplaints("mpjpeg", stream)); // a half that reaches into the coded data is shown
                assertTrue(times(stream) >= 5, "frames=" + times(stream));
                assertTrue(viewer.process().isAlive(), "the viewer has stayed");
            }
            assertTrue(Files.size(h264) > 200_000, "bytes=" + Files.size(h264));
            assertTrue(
                    perch.number("\"JPEG\":\\{[^}]*\"dropped\":(\\d+)") > 0,
                    perch.get("/stats").body());
        }
    }

    private static String probe(String format, Path file, String entries) throws IOException, InterruptedException {
        return Guest.run(
                        "ffprobe",
                        "-v",
                        "error",
                        "-count_packets",
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
}
