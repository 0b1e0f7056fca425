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
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private static String get(PerchServer server, String path) {
        try {
            return server.get(path).body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private static void await(PerchServer server, String path, String text) {
        Await.until(40, () -> get(server, path).contains(text), () -> get(server, path));
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
            Await.until(20, () -> frames(server) >= 60, () -> get(server, "front/pushes"));
            server.put("front/pushes", "{\"nginx\":false}", "Host-Name", "localhost");
            await(server, "front/pushes", "\"state\":\"off\"");
            List<String> seen = Tool.lines(
                    "ffprobe",
                    "-v",
                    "error",
                    "-show_entries",
                    "stream=codec_name",
                    "-of",
                    "csv=p=0",
                    nginx.record("front").toString());
            assertTrue(seen.contains("h264") && seen.contains("aac"), seen::toString);
            assertEquals(
                    List.of(),
                    Tool.lines(
                            "ffmpeg", "-v", "error", "-i", nginx.record("front").toString(), "-f", "null", "-"));
        }
    }

    private static int frames(PerchServer server) {
        String told = get(server, "front/pushes");
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
            assertTrue(get(server, "front/pushes").contains("\"connects\":2"), get(server, "front/pushes"));
            assertTrue(!get(server, "front/pushes").contains(KEY));
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
            assertTrue(!get(server, "front/pushes").contains("wrong-key"));
        }
    }
}
