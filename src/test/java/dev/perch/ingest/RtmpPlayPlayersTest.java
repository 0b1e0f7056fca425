package dev.perch.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Action;
import dev.perch.access.Links;
import dev.perch.camera.Camera;
import dev.perch.memory.ArenaPool;
import dev.perch.rtmp.RtmpNginx;
import dev.perch.source.Sources;
import dev.perch.testing.Await;
import dev.perch.testing.Player;
import dev.perch.testing.RtmpGuest;
import dev.perch.testing.RtmpHost;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo, played by RTMP. */
@Tag("players")
class RtmpPlayPlayersTest {
    @TempDir
    private Path folder = Path.of("");

    private RtmpHost host;

    @SuppressWarnings("NullAway.Init") // made before each test
    RtmpPlayPlayersTest() {}

    @BeforeEach
    void start() throws Exception {
        ArenaPool pool = TestCameras.pool(32 << 20);
        host = new RtmpHost(
                Camera.start(TestCameras.demo("front"), Sources.of(TestCameras.demo("front"), List.of(), pool), pool),
                pool);
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
    }

    @Test
    void link_withoutListen_givesThePictureAlone() throws Exception {
        assertEquals(List.of("h264"), tracks(Set.of(Action.WATCH)));
        assertEquals(List.of("h264", "aac"), tracks(Set.of(Action.WATCH, Action.LISTEN)));
    }

    private List<String> tracks(Set<Action> actions) throws Exception {
        Links links = host.access().links();
        String token = links.token(links.make("front", actions, Optional.empty(), /* lastsSeconds= */ 600));
        return Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "stream=codec_name",
                "-of",
                "csv=p=0",
                host.url() + "?link=" + token);
    }

    /** From a key frame on, at once, with the sound; and what is decoded has no fault. */
    @Test
    void ffmpeg_playsPictureAndSound() throws Exception {
        Path copy = folder.resolve("copy.mkv");
        Tool.output("ffmpeg", "-v", "error", "-i", host.url(), "-t", "3", "-c", "copy", copy.toString());
        List<String> tracks = Tool.lines(
                "ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", copy.toString());
        assertEquals(List.of("h264", "aac"), tracks);
        assertEquals(List.of(), Tool.lines("ffmpeg", "-v", "error", "-i", copy.toString(), "-f", "null", "-"));
        List<String> pictures = Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                "v",
                "-show_entries",
                "packet=pts_time",
                "-of",
                "csv=p=0",
                copy.toString());
        assertTrue(pictures.size() >= 30, "pictures=" + pictures.size());
        host.awaitNoPlayers();
    }

    @Test
    void rtmpdump_vlc_andGStreamer_play() throws Exception {
        Path dumped = folder.resolve("dumped.flv");
        Process dump = new ProcessBuilder("rtmpdump", "-q", "-v", "-r", host.url(), "-o", dumped.toString()).start();
        Await.until(
                20,
                () -> dumped.toFile().length() > 50_000,
                () -> "bytes=" + dumped.toFile().length());
        dump.destroyForcibly().waitFor();
        Path shown = folder.resolve("shown.y4m");
        Player.vlc(folder, shown, "--run-time=4", host.url());
        assertTrue(Files.size(shown) > 1_000_000, "vlc: " + Files.size(shown));
        Tool.output(
                "gst-launch-1.0",
                "-q",
                "rtmp2src",
                "location=" + host.url(),
                "num-buffers=90",
                "!",
                "filesink",
                "location=" + folder.resolve("gst.flv"));
        assertTrue(
                Files.size(folder.resolve("gst.flv")) > 20_000, "GStreamer: " + Files.size(folder.resolve("gst.flv")));
    }

    /** Both decode what comes; ffplay tells of each picture that it shows. */
    @Test
    void mpvAndFfplay_play() throws Exception {
        Path shown = folder.resolve("mpv.y4m");
        Tool.output(("mpv --no-config --really-quiet --no-audio --length=3 --of=yuv4mpegpipe --ovc=wrapped_avframe --o="
                        + shown + " " + host.url())
                .split(" ", -1));
        assertTrue(Files.size(shown) > 1_000_000, "mpv: " + Files.size(shown));
        Path told = folder.resolve("ffplay.txt");
        ProcessBuilder ffplay = new ProcessBuilder(
                ("ffplay -hide_banner -nostats -loglevel info -autoexit -vf showinfo -af ashowinfo -i " + host.url())
                        .split(" ", -1));
        ffplay.environment().put("SDL_VIDEODRIVER", "dummy");
        ffplay.environment().put("SDL_AUDIODRIVER", "dummy");
        Process player = ffplay.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(told.toFile())
                .start();
        try {
            Await.until(
                    60,
                    () -> tells(told, "Parsed_showinfo", " n:  30 ") && tells(told, "Parsed_ashowinfo", " n:30 "),
                    () -> text(told));
        } finally {
            player.destroyForcibly().waitFor();
        }
    }

    private static boolean tells(Path file, String filter, String number) {
        return text(file).lines().anyMatch(line -> line.contains(filter) && line.contains(number));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** nginx fetches the camera as from another nginx, and records picture and sound without a fault. */
    @Test
    void nginxPulls_andRecords() throws Exception {
        Path record;
        try (RtmpNginx nginx = RtmpNginx.pulling(folder, host.url())) {
            record = nginx.record("fetched");
            Await.until(
                    60,
                    () -> record.toFile().length() > 200_000,
                    () -> "bytes=" + record.toFile().length());
        }
        assertEquals(
                List.of("h264", "aac"),
                Tool.codecs(record).stream().sorted(Comparator.reverseOrder()).toList());
        assertEquals(List.of(), Tool.lines("ffmpeg", "-v", "error", "-i", record.toString(), "-f", "null", "-"));
        host.awaitNoPlayers();
    }

    @Test
    void unknownCamera_isRefused() throws Exception {
        Process player = new ProcessBuilder("ffmpeg", "-v", "error", "-i", host.url() + "x", "-f", "null", "-")
                .redirectErrorStream(true)
                .start();
        assertTrue(player.waitFor(30, TimeUnit.SECONDS));
        assertNotEquals(0, player.exitValue());
    }

    /** One that has nothing to say is let go; what it held is given back. */
    @Test
    void playerThatVanishes_leavesNothing() throws Exception {
        Process player = new ProcessBuilder("ffmpeg", "-v", "error", "-i", host.url(), "-f", "null", "-").start();
        Await.until(20, () -> host.players() == 1, () -> "viewers=" + host.players());
        try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), host.port())) {
            player.destroyForcibly().waitFor();
            host.awaitNoPlayers();
            assertTrue(idle.isConnected());
        }
    }

    /** A stranger that asks to play and breaks off in the same breath holds nothing: no watch, no lease, no place among the viewers. */
    @Test
    void playerThatBreaksOffAtOnce_leavesNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (RtmpGuest guest = RtmpGuest.playing(host.port(), "front")) {
                guest.askWith((byte) 0xc9, (byte) 0xc9); // goes on with a message that never began
            }
        }
        Await.until(
                20,
                () -> host.camera().watchers() == 0 && host.players() == 0,
                () -> "watchers=" + host.camera().watchers() + " viewers=" + host.players());
    }
}
