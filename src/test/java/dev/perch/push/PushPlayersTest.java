package dev.perch.push;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.PushConfig;
import dev.perch.config.RtmpConfig;
import dev.perch.config.SourceConfig;
import dev.perch.rtmp.RtmpNginx;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A camera that is passed on: to nginx, and to another Perch. */
@Tag("players")
class PushPlayersTest {
    private static final String KEY = "k3y-of-the-stream";

    @TempDir
    private Path folder = Path.of("");

    private static CameraConfig demo(PushConfig... pushes) {
        return TestCameras.demo("front").pushedTo(List.of(pushes));
    }

    private static PushConfig to(String name, String url) {
        return new PushConfig(name, url, PushConfig.Audio.AUTO, /* start= */ true);
    }

    private PerchServer start(String name, PerchConfig config) throws Exception {
        return PerchServer.start(config, Files.createDirectories(folder.resolve(name)));
    }

    private static void await(PerchServer server, String path, String text) {
        Await.until(40, () -> server.text(path).contains(text), () -> server.text(path));
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static PerchConfig receiving(int port) {
        CameraConfig there = CameraConfig.defaults(
                "there", new SourceConfig.Publish(KEY, /* replace= */ false, Duration.ofSeconds(30)));
        return PerchServer.config(there).with(new RtmpConfig("127.0.0.1", port));
    }

    /** nginx records what it is sent: with picture and sound, from a key frame on, without a complaint of who reads it. */
    @Test
    void nginx_recordsPictureAndSound() throws Exception {
        try (RtmpNginx nginx = RtmpNginx.start(folder);
                PerchServer server = start("here", PerchServer.config(demo(to("nginx", nginx.url("front")))))) {
            await(server, "front/pushes", "\"state\":\"sending\"");
            Await.until(20, () -> frames(server) >= 60, () -> server.text("front/pushes"));
            server.put("front/pushes", "{\"nginx\":false}", "Host-Name", "localhost");
            await(server, "front/pushes", "\"state\":\"off\"");
            List<String> seen = Tool.codecs(nginx.record("front"));
            assertTrue(seen.contains("h264") && seen.contains("aac"), seen::toString);
            assertEquals(
                    List.of(),
                    Tool.lines(
                            "ffmpeg", "-v", "error", "-i", nginx.record("front").toString(), "-f", "null", "-"));
        }
    }

    /** A server that is killed and started again is sent to again, after no longer than the first pauses between tries. */
    @Test
    void nginxKilledAndBack_isSentToAgain() throws Exception {
        RtmpNginx nginx = RtmpNginx.start(folder);
        try (PerchServer server = start("here", PerchServer.config(demo(to("nginx", nginx.url("front")))))) {
            await(server, "front/pushes", "\"state\":\"sending\"");
            nginx.kill();
            await(server, "front/pushes", "\"state\":\"retrying\"");
            nginx = RtmpNginx.start(Files.createDirectories(folder.resolve("again")), nginx.port());
            await(server, "front/pushes", "\"state\":\"sending\"");
            int before = frames(server);
            Await.until(20, () -> frames(server) > before, () -> server.text("front/pushes"));
            assertTrue(server.text("front/pushes").contains("\"connects\":2"), () -> server.text("front/pushes"));
        } finally {
            nginx.close();
        }
    }

    /** ffmpeg takes what is pushed, by either protocol. */
    @ParameterizedTest
    @CsvSource({
        "srt, srt://127.0.0.1:%d?mode=listener, srt://127.0.0.1:%d",
        "rtsp, rtsp://127.0.0.1:%d/front, rtsp://127.0.0.1:%d/front"
    })
    void ffmpegReceives(String protocol, String listens, String url) throws Exception {
        int port = freePort();
        Path file = folder.resolve(protocol + ".mkv");
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-v", "error"));
        command.addAll(protocol.equals("rtsp") ? List.of("-rtsp_flags", "listen") : List.of());
        command.addAll(List.of("-i", listens.formatted(port), "-t", "3", "-c", "copy", "-y", file.toString()));
        Process receiver = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("receiver.log").toFile())
                .start();
        try (PerchServer server = start("here", PerchServer.config(demo(to("there", url.formatted(port)))))) {
            assertTrue(
                    receiver.waitFor(60, TimeUnit.SECONDS),
                    () -> server.text("front/pushes") + log(folder.resolve("receiver.log")));
            List<String> seen = Tool.codecs(file);
            assertTrue(seen.contains("h264") && seen.contains("aac"), () -> seen + log(folder.resolve("receiver.log")));
        } finally {
            receiver.destroyForcibly();
        }
    }

    private static String log(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException none) {
            return none.toString();
        }
    }

    private static int frames(PerchServer server) {
        String told = server.text("front/pushes");
        return Integer.parseInt(told.replaceFirst("(?s).*\"frames\":(\\d+).*", "$1"));
    }

    /** A server that goes away and comes back is found again, and its key is told nowhere. */
    @Test
    void anotherPerch_byRtmpAndHttp_isFoundAgain() throws Exception {
        int port = freePort();
        PerchServer there = start("there", receiving(port));
        String http = "http://:" + KEY + "@127.0.0.1:" + there.port() + "/there/publish";
        try (PerchServer server = start(
                "here", PerchServer.config(demo(to("rtmp", "rtmp://127.0.0.1:" + port + "/live/there?key=" + KEY))))) {
            await(there, "stats", "\"state\":\"live\"");
            there.close();
            await(server, "front/pushes", "\"state\":\"retrying\"");
            there = start("again", receiving(port));
            await(there, "stats", "\"state\":\"live\"");
            assertTrue(server.text("front/pushes").contains("\"connects\":2"), server.text("front/pushes"));
            assertTrue(!server.text("front/pushes").contains(KEY));
        }
        await(there, "stats", "\"state\":\"awaiting\"");
        there.close();
        there = start("http", receiving(port));
        String url = http.replaceFirst(":\\d+/", ":" + there.port() + "/");
        try (PerchServer server = start("by-http", PerchServer.config(demo(to("http", url))))) {
            await(server, "front/pushes", "\"state\":\"sending\"");
            await(there, "stats", "\"state\":\"live\"");
            List<String> seen = Tool.lines(
                    "ffprobe",
                    "-v",
                    "error",
                    "-show_entries",
                    "stream=codec_name",
                    "-of",
                    "csv=p=0",
                    there.address("stream.mp4?duration=1"));
            assertTrue(seen.contains("h264"), seen::toString);
        } finally {
            there.close();
        }
    }

    /** The broadcast goes on in the same connection while the camera is away, and is the camera's again when it is back. */
    @Test
    void kept_goesOnWithoutTheCamera() throws Exception {
        int port = freePort();
        int middlePort = freePort();
        String url = "rtmp://127.0.0.1:" + port + "/live/there?key=" + KEY;
        CameraConfig middle = CameraConfig.defaults(
                        "front", new SourceConfig.Publish(KEY, /* replace= */ false, Duration.ofSeconds(1)))
                .pushedTo(List.of(to("kept", url).kept()));
        PushConfig first = to("first", "rtmp://127.0.0.1:" + middlePort + "/live/front?key=" + KEY);
        try (PerchServer there = start("there", receiving(port));
                PerchServer server =
                        start("here", PerchServer.config(middle).with(new RtmpConfig("127.0.0.1", middlePort)))) {
            try (PerchServer source = start("source", PerchServer.config(demo(first)))) {
                await(source, "front/pushes", "\"state\":\"sending\"");
                await(there, "stats", "\"state\":\"live\"");
            }
            await(server, "front/pushes", "stands in");
            int before = frames(server);
            Await.until(40, () -> frames(server) >= before + 3, () -> server.text("front/pushes"));
            assertTrue(there.text("stats").contains("\"state\":\"live\""), () -> there.text("stats"));
            List<String> seen = Tool.lines(
                    "ffprobe",
                    "-v",
                    "error",
                    "-show_entries",
                    "stream=codec_name,width",
                    "-of",
                    "csv=p=0",
                    there.address("stream.mp4?audio=0&duration=2"));
            assertEquals(List.of("h264,640"), seen);
            try (PerchServer source = start("source", PerchServer.config(demo(first)))) {
                await(source, "front/pushes", "\"state\":\"sending\"");
                Await.until(
                        40,
                        () -> server.text("stats").contains("\"state\":\"sending\",\"reason\":\"\""),
                        () -> server.text("stats"));
            }
            assertTrue(server.text("front/pushes").contains("\"connects\":1"), () -> server.text("front/pushes"));
        }
    }

    /** A push of its own bitrate and size is encoded for it alone. */
    @Test
    void thinUplink_isSentASmallerPicture() throws Exception {
        int port = freePort();
        String yaml = "server: { port: 0, address: 127.0.0.1 }\ncameras:\n  front:\n    demo: true\n    push:\n"
                + "      - { name: thin, bitrate: 100k, size: 320x180, url: \"rtmp://127.0.0.1:" + port
                + "/live/there?key=" + KEY + "\" }\n";
        Path file = Files.writeString(folder.resolve("thin.yml"), yaml);
        try (PerchServer there = start("there", receiving(port));
                PerchServer server = start("here", PerchConfig.load(file))) {
            await(server, "front/pushes", "\"state\":\"sending\"");
            await(there, "stats", "\"state\":\"live\"");
            await(there, "stats", "\"height\":180");
            assertTrue(server.text("stats").contains("\"pushes\":{\"front\":[{\"name\":\"thin\""));
        }
    }

    @Test
    void refusal_isToldInTheServersWords() throws Exception {
        int port = freePort();
        try (PerchServer there = start("there", receiving(port));
                PerchServer server = start(
                        "here",
                        PerchServer.config(demo(
                                to("rtmp", "rtmp://127.0.0.1:" + port + "/live/there?key=wrong-key"),
                                to("http", "http://:wrong-key@127.0.0.1:" + there.port() + "/there/publish"))))) {
            await(server, "front/pushes", "NetStream.Publish.Denied");
            await(server, "front/pushes", "The server answers 403");
            assertTrue(!server.text("front/pushes").contains("wrong-key"));
        }
    }
}
