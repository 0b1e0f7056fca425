package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.testing.PerchServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command with secrets that prints them: nothing that Perch writes anywhere has them. */
class SecretsTest {
    private static final Logger ROOT = Logger.getLogger("");
    private static final String SECRET = "S3cr";

    /** What the programs print: an address, its parts, one in pieces, the words themselves; on stderr and on stdout. */
    private static final List<String> COMMANDS = List.of(
            "set -x; : rtsp://admin:S3cr3t/w@cam.invalid/live --api-key S3crKey; echo login of admin:S3cr3t/w with S3crKey failed >&2; exit 3",
            "printf 'opening rtsp://adm' >&2; sleep 0.1; printf 'in:S3cr3t@cam.invalid/x?token=S3crToken\\n' >&2; exit 1",
            "echo rtsp://S3cr3t@cam.invalid; echo S3cr3t; exit 0",
            "no-such-program --password S3cr3t");

    @TempDir
    Path work;

    private static CameraConfig camera(int number) {
        return CameraConfig.defaults("cam" + number, SourceConfig.Command.ofShell(COMMANDS.get(number)));
    }

    @Test
    void nothingThatIsWritten_hasThem() throws Exception {
        PerchConfig config = PerchServer.config(camera(0), camera(1), camera(2), camera(3));
        Queue<String> written = new ConcurrentLinkedQueue<>();
        Handler listener = listener(written);
        ROOT.addHandler(listener);
        try (PerchServer server = PerchServer.start(config, work.resolve("perch"))) {
            for (CameraConfig camera : config.cameras()) {
                HttpResponse<String> refusal = get(server, camera.id() + "/snapshot.jpg");
                assertEquals(503, refusal.statusCode(), refusal.body());
                written.add(refusal.body());
                for (String path : List.of("", "healthz", "controls", "hls/index.m3u8")) {
                    written.add(get(server, camera.id() + "/" + path).body());
                }
            }
            for (String path : List.of("", "stats", "healthz", "nothing")) {
                written.add(get(server, path).body());
            }
        } finally {
            ROOT.removeHandler(listener);
        }
        written.add(config.toString());
        String all = String.join("\n", written);
        assertFalse(all.contains(SECRET), () -> around(all));
        assertTrue(all.contains("***") && all.contains("exit code 3"), all);
    }

    @Test
    void check_andTheCommandLine_showNone() throws Exception {
        Path file = Files.writeString(work.resolve("perch.yml"), """
                cameras:
                  good: { command: "ffmpeg -i rtsp://admin:S3cr3t@cam/ -f h264 -" }
                """);
        Path bad = Files.writeString(work.resolve("bad.yml"), """
                cameras:
                  bad: { device: "rtsp://admin:S3cr3t@cam/live", size: "rtsp://S3cr3t@x" }
                """);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        assertEquals(0, CommandAnswers.answer(CommandLine.parse("check", file.toString()), out, out));
        assertEquals(1, CommandAnswers.answer(CommandLine.parse("check", bad.toString()), out, out));
        assertEquals(2, CommandAnswers.answer(CommandLine.parse("gopher://admin:S3cr3t@cam/live"), out, out));
        String text = printed.toString(StandardCharsets.UTF_8);
        assertFalse(text.contains(SECRET), text);
        assertTrue(text.contains("rtsp://***@cam/live"), text);
    }

    private static HttpResponse<String> get(PerchServer server, String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + server.port() + "/" + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String around(String all) {
        int at = all.indexOf(SECRET);
        return all.substring(Math.max(0, at - 200), Math.min(all.length(), at + 100));
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
