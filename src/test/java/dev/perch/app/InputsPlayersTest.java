package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.source.Sources;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.RtspServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Files and RTSP cameras in the whole program, with real clients. */
@Tag("players")
@Isolated("it listens to the log, and looks at the process's children")
@Timeout(120)
class InputsPlayersTest {
    private static final Logger ROOT = Logger.getLogger("");

    private final ArenaPool pool = TestCameras.pool(32 << 20);

    @TempDir
    Path work;

    @Test
    void clip_withBFramesAndSound_isPlayedByARealClient() throws Exception {
        Path clip = work.resolve("clip.mp4");
        Tool.output(
                ("ffmpeg -v error -f lavfi -i testsrc2=s=160x120:r=25:d=1 -f lavfi -i sine=d=1 -c:v libx264 -bf 2 -g 25 -c:a aac "
                                + clip)
                        .split(" ", -1));
        try (PerchServer server = PerchServer.start(
                PerchServer.config(CameraConfig.only(SourceConfig.Url.of(clip.toString()))), work.resolve("perch"))) {
            List<String> frames = Tool.lines(
                    "ffprobe",
                    "-v",
                    "error",
                    "-read_intervals",
                    "%+2",
                    "-show_entries",
                    "frame=media_type,pts_time",
                    "-of",
                    "csv=p=0",
                    server.address("camera/stream.mp4"));
            List<Double> shown = frames.stream()
                    .filter(line -> line.startsWith("video"))
                    .map(line -> Double.parseDouble(line.replaceFirst("video,([0-9.]+).*", "$1")))
                    .toList();
            assertTrue(shown.size() > 30, frames.toString());
            assertTrue(frames.stream().anyMatch(line -> line.startsWith("audio")), frames.toString());
            for (int i = 1; i < shown.size(); i++) {
                double gap = shown.get(i) - shown.get(i - 1);
                assertTrue(gap > 0 && gap < 0.12, "frame " + i + " of " + shown);
            }
        }
    }

    @Test
    void fileThatIsPlayedOnce_endsItsStreams_andSaysSo() throws Exception {
        Path clip = work.resolve("once.mp4");
        Tool.output(("ffmpeg -v error -f lavfi -i testsrc2=s=64x48:r=25:d=1 -c:v libx264 -g 25 -bf 0 " + clip)
                .split(" ", -1));
        SourceConfig.Url url =
                new SourceConfig.Url(clip.toString(), /* loop= */ false, /* growing= */ false, Duration.ofSeconds(10));
        CameraConfig config = CameraConfig.defaults("front", url);
        try (PerchServer server = site(config)) {
            byte[] first = server.connect("/front/stream.h264").getInputStream().readAllBytes();
            assertTrue(first.length > 1000, first.length + " bytes");
            server.await("front", CameraState.Idle.class);
            byte[] again = server.connect("/front/stream.h264").getInputStream().readAllBytes();
            assertTrue(again.length > 1000, again.length + " bytes");
            server.await("front", CameraState.Idle.class);
        }
        Await.allGivenBack(pool);
    }

    @Test
    void camera_thatGoesAway_andAKilledFfmpeg_keepTheirViewer() throws Exception {
        RtspServer there = RtspServer.start(0, "basic");
        CameraConfig config =
                CameraConfig.defaults("front", SourceConfig.Url.of(there.url(RtspServer.PASSWORD, "/live")));
        try (PerchServer server = site(config);
                InputStream viewer = server.connect("/front/stream.mp4").getInputStream()) {
            await(viewer, "mdat", 20);
            there.close();
            server.await("front", CameraState.Lost.class);
            String reason = server.camera("front").state().reason();
            assertTrue(reason.startsWith("rtsp://127.0.0.1:" + there.port() + "/live "), reason);
            try (RtspServer back = RtspServer.start(there.port(), "basic")) {
                await(server, CameraState.Live.class);
                await(viewer, "mdat", 10);
                ffmpegs().forEach(ProcessHandle::destroyForcibly);
                server.await("front", CameraState.Lost.class);
                assertTrue(
                        server.camera("front").state().reason().contains("signal 9 (SIGKILL)"),
                        () -> server.camera("front").state().reason());
                await(server, CameraState.Live.class);
                await(viewer, "mdat", 10);
                assertEquals(1, server.camera("front").watchers());
                assertTrue(back.port() > 0);
            }
        }
        Await.allGivenBack(pool);
    }

    /** Those whose secrets are wrong, those that nobody answers, and one that works. */
    @Test
    void noSecret_isWrittenAnywhere() throws Exception {
        Queue<String> written = new ConcurrentLinkedQueue<>();
        Handler listener = listener(written);
        try (RtspServer there = RtspServer.start(0, "digest")) {
            List<CameraConfig> cameras = List.of(
                    camera("right", there.url(RtspServer.PASSWORD, "/live")),
                    camera("wrong", there.url("S3cr3t-wrong", "/live?key=S3cr3t")),
                    camera("path", there.url(RtspServer.PASSWORD, "/S3none")),
                    camera("closed", "http://joe:S3cr3t@127.0.0.1:1/x?token=S3cr3t"),
                    camera("stream", "rtmp://127.0.0.1:1/live/S3cr3tkey"),
                    camera("srt", "srt://127.0.0.1:1?passphrase=S3cr3tphrase&streamid=S3cr3t"),
                    CameraConfig.defaults(
                            "words",
                            SourceConfig.Ffmpeg.of(List.of("-i", "http://joe:S3cr3t@127.0.0.1:1/x?pwd=S3cr3t"))));
            ROOT.addHandler(listener);
            try (PerchServer server = PerchServer.start(
                    PerchServer.config(cameras.toArray(CameraConfig[]::new)), work.resolve("perch"))) {
                try (InputStream viewer = server.connect("/right/stream.mp4").getInputStream()) {
                    await(viewer, "mdat", 3);
                    String words = commandLines();
                    assertTrue(words.contains("pipe:0"), words);
                    written.add(words);
                    for (CameraConfig camera : cameras) {
                        for (String path : List.of("snapshot.jpg", "", "healthz", "hls/index.m3u8")) {
                            if (!camera.id().equals("right") || path.isEmpty()) {
                                written.add(server.get(camera.id() + "/" + path).body());
                            }
                        }
                    }
                    for (String path : List.of("", "stats", "healthz")) {
                        written.add(server.get(path).body());
                    }
                }
            } finally {
                ROOT.removeHandler(listener);
            }
            written.add(cameras.toString());
        }
        String all = String.join("\n", written);
        assertFalse(all.contains("S3cr"), () -> around(all));
        assertTrue(all.contains("refuses the user name or password"), all);
        assertTrue(all.contains("knows no such path (404)"), all);
    }

    private static CameraConfig camera(String id, String url) {
        return CameraConfig.defaults(id, SourceConfig.Url.of(url));
    }

    private PerchServer site(CameraConfig config) throws Exception {
        CameraConfig.Running plain = config.running();
        CameraConfig quick =
                config.with(new CameraConfig.Running(plain.run(), Duration.ZERO, plain.warmUp(), plain.ringBytes()));
        Camera camera = Camera.start(quick, Sources.of(quick, List.of(), pool), pool);
        return PerchServer.of(pool, camera).start(work.resolve("site"));
    }

    private static void await(PerchServer server, Class<? extends CameraState> kind) {
        Await.until(
                30,
                () -> kind.isInstance(server.camera("front").state()),
                () -> String.valueOf(server.camera("front").state()));
    }

    /** Reads until a word has come so many times more. */
    private static void await(InputStream viewer, String word, int times) throws IOException {
        byte[] wanted = word.getBytes(StandardCharsets.US_ASCII);
        int matched = 0;
        for (int found = 0; found < times; ) {
            int next = viewer.read();
            if (next < 0) {
                throw new AssertionError("the stream has ended after " + found + " " + word);
            }
            matched = next == wanted[matched] ? matched + 1 : next == wanted[0] ? 1 : 0;
            if (matched == wanted.length) {
                matched = 0;
                found++;
            }
        }
    }

    private static List<ProcessHandle> ffmpegs() {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> commandLine(process).contains("pipe:0"))
                .toList();
    }

    private static String commandLines() {
        List<String> lines = new ArrayList<>();
        ProcessHandle.current()
                .descendants()
                .map(InputsPlayersTest::commandLine)
                .filter(line -> line.contains("pipe:0"))
                .forEach(lines::add);
        return String.join("\n", lines);
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
        } catch (IOException ended) {
            return "";
        }
    }

    private static String around(String all) {
        int at = all.indexOf("S3cr");
        return all.substring(Math.max(0, at - 300), Math.min(all.length(), at + 100));
    }

    private static Handler listener(Queue<String> written) {
        Handler listener = new Handler() {
            @Override
            public void publish(LogRecord line) {
                written.add(new SimpleFormatter().format(line)); // with the traces of exceptions
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        listener.setLevel(Level.ALL);
        return listener;
    }
}
