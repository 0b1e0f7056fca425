package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.DemoServer;
import dev.perch.testing.FrameNumber;
import dev.perch.testing.NalUnits;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Player;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HLS and DASH in ffmpeg, VLC and GStreamer, over HTTP from the program as it runs. */
@Tag("players")
@Timeout(300)
class SegmentProgramsPlayersTest {
    private static final int PICTURES = 90;

    @TempDir
    Path folder;

    @TempDir
    static Path work;

    @RegisterExtension
    static final DemoServer SERVER = new DemoServer();

    @Test
    void ffmpeg_decodesFrameAfterFrame_byHls() throws Exception {
        SERVER.awaitUnbroken("hls/stream.m3u8", 5);
        assertFrameAfterFrame(SERVER.address("hls/index.m3u8"));
    }

    /**
     * ffmpeg 5.1 counts segments in unsigned whole seconds and takes no account of where a period begins, so it can follow none but a presentation
     * that is older than its window and has one period; a machine that was busy as the camera began makes that two.
     */
    @Test
    void ffmpeg_decodesFrameAfterFrame_byDash() throws Exception {
        for (int tries = 1; ; tries++) {
            Path own = Files.createTempDirectory(work, "dash");
            try (PerchServer server = PerchServer.start(PerchServer.config(TestCameras.demo("demo")), own)) {
                Await.until(
                        30,
                        () -> found(body(server, "demo/hls/stream.m3u8"), "(#EXTINF)")
                                        .size()
                                >= 4,
                        () -> body(server, "demo/hls/stream.m3u8"));
                String manifest = body(server, "demo/dash/manifest.mpd?audio=0");
                boolean onePeriod = manifest.contains("presentationTimeOffset=\"0\"")
                        && found(manifest, "(<Period )").size() == 1;
                if (onePeriod || tries == 5) {
                    assertFrameAfterFrame(server.address("demo/dash/manifest.mpd?audio=0"));
                    return;
                }
            }
        }
    }

    private static String body(PerchServer server, String path) {
        try {
            return server.get("/" + path).body();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return "";
        }
    }

    private void assertFrameAfterFrame(String manifest) throws Exception {
        List<Integer> numbers = Player.decode(folder, manifest, 90).numbers();
        assertEquals(90, numbers.size());
        for (int i = 1; i < numbers.size(); i++) {
            assertEquals(1, DemoFrames.all().distance(numbers.get(i - 1), numbers.get(i)), numbers::toString);
        }
    }

    @Test
    void everySegment_decodesAloneBehindItsInitSegment() throws Exception {
        Await.until(20, () -> segments().size() >= 4, () -> segments().toString());
        String init = found(SERVER.text("hls/stream.m3u8"), "#EXT-X-MAP:URI=\"([^\"]*)\"")
                .get(0);
        for (String name : segments()) {
            Path file = folder.resolve("alone.mp4");
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(SERVER.bytes("demo/hls/" + init));
                out.write(SERVER.bytes("demo/hls/" + name));
            }
            Player probe = Player.run(
                    folder,
                    "ffprobe",
                    "-v",
                    "error",
                    "-count_frames",
                    "-show_entries",
                    "stream=nb_read_frames",
                    "-of",
                    "csv=p=0",
                    file.toString());
            assertEquals("", probe.complaints(), name);
            assertEquals("30", new String(probe.output(), StandardCharsets.US_ASCII).strip(), name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hls/index.m3u8 hlsdemux", "dash/manifest.mpd dashdemux"})
    void gstreamer_demuxesFrameAfterFrame(String way) throws Exception {
        String[] words = way.split(" ", -1);
        Path video = folder.resolve("gst.h264");
        Player gst = Player.runUntil(
                () -> Files.exists(video) && pictures(video) >= PICTURES,
                folder,
                "timeout",
                "50",
                "env",
                "GST_DEBUG=dashdemux:5",
                "gst-launch-1.0",
                "-q",
                "souphttpsrc",
                "location=" + SERVER.address(words[0]),
                "!",
                words[1],
                "!",
                "qtdemux",
                "!",
                "h264parse",
                "!",
                "video/x-h264,stream-format=byte-stream",
                "!",
                "filesink",
                "location=" + video);
        long frames = pictures(video);
        assertTrue(frames >= PICTURES, () -> frames + " frames " + gst.complaints());
        assertTrue(
                words[1].equals("hlsdemux") || gst.complaints().contains("Difference between client and server clocks"),
                "it has asked for Perch's clock");
    }

    /** The pictures in a stream that begins with a start code. */
    private static long pictures(Path annexB) {
        try {
            return NalUnits.ofAnnexB(Files.readAllBytes(annexB)).stream()
                    .filter(unit -> unit.hasRemaining() && ((unit.get(0) & 0x1f) == 1 || (unit.get(0) & 0x1f) == 5))
                    .count();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A player that knows no parts begins three segments from the end (RFC 8216 §6.3.3): of a running window they are there, so it waits for none. */
    @Test
    void ffmpeg_hasASecondOfARunningWindow_withoutWaitingForMore() throws Exception {
        Await.until(
                30,
                () -> SERVER.text("hls/stream.m3u8").split("#EXTINF", -1).length > 4,
                () -> "the window stays short");
        Player ffmpeg = Player.run(
                folder,
                "ffmpeg",
                "-nostdin",
                "-v",
                "debug",
                "-i",
                SERVER.address("hls/index.m3u8"),
                "-t",
                "1",
                "-c",
                "copy",
                "-f",
                "null",
                "-");
        assertEquals(0, ffmpeg.exitCode(), ffmpeg::complaints);
        assertEquals(2, ffmpeg.complaints().split("stream.m3u8' for reading", -1).length, ffmpeg::complaints);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hls/index.m3u8", "dash/manifest.mpd"})
    void vlc_showsTheFramesInOrder(String manifest) throws Exception {
        Path pictures = folder.resolve("pictures.y4m");
        Player vlc = Player.vlcUntil(
                () -> pictures.toFile().length() > PICTURES * 640L * 360
                        && shown(pictures).size() > PICTURES,
                folder,
                pictures,
                "--run-time=50",
                SERVER.address(manifest));
        List<Integer> numbers = shown(pictures);
        assertTrue(numbers.size() > PICTURES, () -> numbers + vlc.complaints());
    }

    private static List<Integer> shown(Path pictures) {
        try {
            return FrameNumber.allOfY4m(Files.readAllBytes(pictures), 640, 360).stream()
                    .distinct()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The names of the segments that the playlist has now. */
    private static List<String> segments() {
        return found(SERVER.text("hls/stream.m3u8"), "(?m)^([^#\\s]+\\.m4s)$");
    }

    private static List<String> found(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }
}
