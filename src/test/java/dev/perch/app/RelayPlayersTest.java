package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Tool;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An MJPEG server of ffmpeg's, and streams that Perch hands over to ffmpeg when it has seen what they are. */
@Tag("players")
@Timeout(60)
class RelayPlayersTest {
    @TempDir
    Path work;

    private PerchServer relay(String url) throws Exception {
        return PerchServer.start(
                PerchServer.config(CameraConfig.defaults("near", SourceConfig.Url.of(url))),
                Files.createDirectories(work.resolve("near")));
    }

    @Test
    void mjpeg_ofFfmpeg_isReadWithoutAnotherProgram() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process ffmpeg = new ProcessBuilder(
                        "ffmpeg",
                        "-v",
                        "error",
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=s=320x240:r=10",
                        "-f",
                        "mpjpeg",
                        "-listen",
                        "1",
                        "http://127.0.0.1:" + port + "/stream")
                .inheritIO()
                .start();
        try (PerchServer near = relay("http://127.0.0.1:" + port + "/stream")) {
            Await.until(20, () -> listens(port), () -> "ffmpeg listens");
            try (Answer answer = Answer.get(near.port(), "/stream.mjpg")) {
                assertEquals(200, answer.status());
                MultipartBody body = new MultipartBody(answer.body());
                for (int i = 0; i < 10; i++) {
                    assertTrue(body.next().jpeg().size() > 1000);
                }
                long programs = ProcessHandle.current()
                        .descendants()
                        .filter(child -> child.pid() != ffmpeg.pid())
                        .filter(child -> child.info().command().orElse("").endsWith("ffmpeg"))
                        .count();
                assertEquals(0, programs);
            }
        } finally {
            ffmpeg.destroyForcibly();
        }
    }

    /** Asks no connection of it: it serves one. */
    private static boolean listens(int port) {
        try {
            String hex = String.format(":%04X", port);
            return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                    .anyMatch(line -> line.contains(hex + " 00000000:0000 0A"));
        } catch (java.io.IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    @Test
    void otherStreams_goOnToFfmpeg() throws Exception {
        String input = "ffmpeg -v error -y -f lavfi -i testsrc2=s=160x120:r=25:d=6 -g 25 ";
        Map<String, String> clips = Map.of(
                "clip.ts video/mp2t", input + "-c:v libx264 -preset ultrafast -f mpegts ",
                "clip.mp4 video/mp4", input + "-c:v libx264 -preset ultrafast -bf 2 -movflags +faststart ",
                "hevc.mp4 video/mp4",
                        input
                                + "-c:v libx265 -preset ultrafast -x265-params log-level=none -movflags empty_moov+frag_keyframe ");
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try {
            for (Map.Entry<String, String> clip : clips.entrySet()) {
                String[] name = clip.getKey().split(" ", -1);
                Path file = work.resolve(name[0]);
                Tool.output((clip.getValue() + file).split(" ", -1));
                byte[] bytes = Files.readAllBytes(file);
                http.createContext("/" + name[0], exchange -> {
                    exchange.getResponseHeaders().set("Content-Type", name[1]);
                    exchange.sendResponseHeaders(200, bytes.length);
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write(bytes);
                    }
                });
            }
            http.start();
            for (String clip : clips.keySet()) {
                String name = clip.replaceFirst(" .*", "");
                try (PerchServer near =
                                relay("http://127.0.0.1:" + http.getAddress().getPort() + "/" + name);
                        Answer answer = Answer.get(near.port(), "/stream.mp4?start=plain")) {
                    assertEquals(200, answer.status(), name);
                    Mp4Body body = new Mp4Body(answer.body());
                    body.init();
                    for (int i = 0; i < 20; i++) {
                        assertTrue(body.next().isPresent(), name);
                    }
                }
            }
        } finally {
            http.stop(0);
        }
    }
}
