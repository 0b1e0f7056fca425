package dev.perch.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.access.Links;
import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.flv.TagSink;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.memory.MemoryGauge;
import dev.perch.memory.MemoryWatch;
import dev.perch.rtmp.RtmpClient;
import dev.perch.rtmp.RtmpMemory;
import dev.perch.rtmp.RtmpNginx;
import dev.perch.source.Sources;
import dev.perch.testing.Await;
import dev.perch.testing.Player;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

    private final ArenaPool pool = TestCameras.pool(32 << 20);
    private final MemoryBudget heap = new MemoryBudget(8 << 20, "heap");
    private final Audience audience = new Audience();
    private final Access access = new Access("", anyPort -> Optional.empty());
    private Camera camera;
    private RtmpPort port;

    @BeforeEach
    void start() throws Exception {
        camera = Camera.start(TestCameras.demo("front"), Sources.of(TestCameras.demo("front"), List.of(), pool), pool);
        Cameras cameras = new Cameras(List.of(camera), pool, new MemoryWatch(MemoryGauge.ofThisProcess()));
        Admission admission = new Admission(pool.budget(), heap);
        port = RtmpPort.open(
                "127.0.0.1",
                /* number= */ 0,
                /* tls= */ null,
                new RtmpPort.Served(
                        cameras, access, audience, (address, played) -> admission.bySocket(/* ownBytes= */ 0), heap));
    }

    @AfterEach
    void stop() {
        port.close();
        audience.close();
        camera.close();
        Await.allGivenBack(pool);
        assertEquals(0, heap.leasedBytes());
    }

    private String url() {
        return "rtmp://127.0.0.1:" + port.number() + "/live/front";
    }

    @Test
    void link_withoutListen_givesThePictureAlone() throws Exception {
        assertEquals(List.of("h264"), tracks(Set.of(Action.WATCH)));
        assertEquals(List.of("h264", "aac"), tracks(Set.of(Action.WATCH, Action.LISTEN)));
    }

    private List<String> tracks(Set<Action> actions) throws Exception {
        Links links = access.links();
        String token = links.token(links.make("front", actions, Optional.empty(), /* lastsSeconds= */ 600));
        return Tool.lines(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "stream=codec_name",
                "-of",
                "csv=p=0",
                url() + "?link=" + token);
    }

    /** From a key frame on, at once, with the sound; and what is decoded has no fault. */
    @Test
    void ffmpeg_playsPictureAndSound() throws Exception {
        Path copy = folder.resolve("copy.mkv");
        Tool.output("ffmpeg", "-v", "error", "-i", url(), "-t", "3", "-c", "copy", copy.toString());
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
        Await.until(10, () -> audience.size() == 0, () -> "viewers=" + audience.size());
    }

    @Test
    void rtmpdump_vlc_andGStreamer_play() throws Exception {
        Path dumped = folder.resolve("dumped.flv");
        Process dump = new ProcessBuilder("rtmpdump", "-q", "-v", "-r", url(), "-o", dumped.toString()).start();
        Await.until(
                20,
                () -> dumped.toFile().length() > 50_000,
                () -> "bytes=" + dumped.toFile().length());
        dump.destroyForcibly().waitFor();
        Path shown = folder.resolve("shown.y4m");
        Player.vlc(folder, shown, "--run-time=4", url());
        assertTrue(Files.size(shown) > 1_000_000, "vlc: " + Files.size(shown));
        Tool.output(
                "gst-launch-1.0",
                "-q",
                "rtmp2src",
                "location=" + url(),
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
                        + shown + " " + url())
                .split(" ", -1));
        assertTrue(Files.size(shown) > 1_000_000, "mpv: " + Files.size(shown));
        Path told = folder.resolve("ffplay.txt");
        ProcessBuilder ffplay = new ProcessBuilder(
                ("ffplay -hide_banner -nostats -loglevel info -autoexit -vf showinfo -af ashowinfo -i " + url())
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
        try (RtmpNginx nginx = RtmpNginx.pulling(folder, url())) {
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
        Await.until(20, () -> audience.size() == 0, () -> "viewers=" + audience.size());
    }

    @Test
    void unknownCamera_isRefused() throws Exception {
        Process player = new ProcessBuilder("ffmpeg", "-v", "error", "-i", url() + "x", "-f", "null", "-")
                .redirectErrorStream(true)
                .start();
        assertTrue(player.waitFor(30, TimeUnit.SECONDS));
        assertNotEquals(0, player.exitValue());
    }

    /** One that has nothing to say is let go; what it held is given back. */
    @Test
    void playerThatVanishes_leavesNothing() throws Exception {
        Process player = new ProcessBuilder("ffmpeg", "-v", "error", "-i", url(), "-f", "null", "-").start();
        Await.until(20, () -> audience.size() == 1, () -> "viewers=" + audience.size());
        try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), port.number())) {
            player.destroyForcibly().waitFor();
            Await.until(20, () -> audience.size() == 0, () -> "viewers=" + audience.size());
            assertTrue(idle.isConnected());
        }
    }

    /** A stranger that asks to play and breaks off in the same breath holds nothing: no watch, no lease, no place among the viewers. */
    @Test
    void playerThatBreaksOffAtOnce_leavesNothing() throws Exception {
        for (int i = 0; i < 5; i++) {
            playAndBreakOff();
        }
        Await.until(
                20,
                () -> camera.watchers() == 0 && audience.size() == 0,
                () -> "watchers=" + camera.watchers() + " viewers=" + audience.size());
    }

    private void playAndBreakOff() throws Exception {
        RtmpClient.Address address =
                new RtmpClient.Address("live", "rtmp://127.0.0.1:" + port.number() + "/live", "front");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.number());
                RtmpClient client =
                        RtmpClient.playing(address, new Ignored(), new Nowhere(), /* seed= */ 1, new Unbounded())) {
            socket.setSoTimeout(10_000);
            byte[] answer = new byte[8192];
            boolean asked = false;
            while (!asked) {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ByteBuffer pending = client.output();
                while (pending.hasRemaining()) {
                    out.write(pending.get());
                }
                asked = out.toString(StandardCharsets.ISO_8859_1).contains("play\u0000");
                if (asked) {
                    out.write(0xc9); // goes on with a message that never began
                    out.write(0xc9);
                }
                socket.getOutputStream().write(out.toByteArray());
                if (!asked) {
                    int count = socket.getInputStream().read(answer);
                    client.receive(ByteBuffer.wrap(answer, 0, count));
                }
            }
        }
    }

    /** Hears nothing. */
    private static final class Ignored implements RtmpClient.Listener {
        @Override
        public void ready() {
            // it is gone by then
        }

        @Override
        public void refused(String code, String description) {
            throw new AssertionError(code + " " + description);
        }

        @Override
        public void ended() {
            // likewise
        }
    }

    /** Takes nothing. */
    private static final class Nowhere implements TagSink {
        @Override
        public void begin(int type, int timestamp, int sizeBytes) {
            // it is gone by then
        }

        @Override
        public void bytes(int type, ByteBuffer piece) {
            piece.position(piece.limit());
        }

        @Override
        public void end(int type) {
            // likewise
        }
    }

    /** Gives all that is asked for. */
    private static final class Unbounded implements RtmpMemory {
        @Override
        public boolean draw(int bytes) {
            return true;
        }

        @Override
        public void giveBack(int bytes) {
            // nothing is counted
        }
    }
}
