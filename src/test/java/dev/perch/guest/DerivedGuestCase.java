package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** perch.war on devices that give one format: ffmpeg makes the other. */
class DerivedGuestCase {
    private static Guest.Feeder h264;
    private static Guest.Feeder mjpg;
    private static Perch perch;

    @BeforeAll
    static void start() throws IOException {
        h264 = Guest.feed(Clips.h264(), "/dev/video20");
        mjpg = Guest.feed(Clips.mjpg(), "/dev/video21");
        perch = Perch.start(
                "  raw: { device: " + Guest.vivid() + ", format: YUYV, size: 320x180, fps: 5, linger: 20s }\n"
                        + "  avc: { device: /dev/video20, size: 320x240, fps: 10, linger: 20s }\n"
                        + "  motion: { device: /dev/video21, size: 320x240, fps: 10, linger: 20s }\n"
                        + "  other: { url: /dev/video20, start-timeout: 60s, linger: 20s }\n");
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
    void mjpg_givesVideo() throws IOException, InterruptedException {
        video("motion");
    }

    @Test
    void yuyv_givesVideo() throws IOException, InterruptedException {
        video("raw");
    }

    @Test
    void h264_givesPictures() throws IOException, InterruptedException {
        assertEquals("", Guest.complaints("image2", fetch("/avc/snapshot.jpg", "avc.jpg")));
        Path stream = fetch("/avc/stream.mjpg?duration=3", "avc.mjpg");
        assertEquals("", Guest.complaints("mjpeg", stream));
    }

    /** The device by ffmpeg in Perch's place, which copies its H.264. */
    @Test
    void h264_byFfmpeg_isCopied() throws IOException, InterruptedException {
        Path annexB = fetch("/other/stream.h264?duration=3", "other.h264");
        assertEquals("", Guest.complaints("h264", annexB));
        String stats = perch.get("/stats").body();
        assertTrue(stats.contains("\"other\""), stats);
        assertTrue(!stats.contains("ffmpeg encodes"), stats);
    }

    private static void video(String camera) throws IOException, InterruptedException {
        Path annexB = fetch("/" + camera + "/stream.h264?duration=3", camera + ".h264");
        assertEquals("", Guest.complaints("h264", annexB));
        Path mp4 = fetch("/" + camera + "/stream.mp4?duration=6", camera + ".mp4");
        assertEquals("", Guest.complaints("mp4", mp4));
        int frames = frames(
                mp4); // an emulated encoder makes one a second at worst; those that it has no time for are left out
        assertTrue(
                frames >= 3, () -> "frames=" + frames + " bytes=" + mp4.toFile().length());
    }

    private static int frames(Path mp4) throws IOException, InterruptedException {
        String packets = Guest.run(
                "ffprobe",
                "-v",
                "error",
                "-count_packets",
                "-show_entries",
                "stream=nb_read_packets",
                "-of",
                "csv=p=0",
                mp4.toString());
        return Integer.parseInt(packets.strip());
    }

    /** ffmpeg may take longer to start on the emulated machine than a viewer waits; it goes on for the linger. */
    private static Path fetch(String path, String name) throws IOException, InterruptedException {
        try {
            return perch.fetch(path, name);
        } catch (AssertionError tooSlow) {
            return perch.fetch(path, name);
        }
    }
}
