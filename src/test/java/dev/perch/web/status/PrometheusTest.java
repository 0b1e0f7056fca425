package dev.perch.web.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.camera.CameraState;
import dev.perch.camera.Watch;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's Prometheus scrapes a Perch, and its promtool reads the figures, the rules and the dashboard's questions. */
@Tag("packages")
class PrometheusTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void prometheus_scrapesAndAlerts(@TempDir Path folder) throws Exception {
        ScriptedSource source = ScriptedSource.steady(PixelFormat.MJPG);
        try (PerchServer site = PerchServer.site(Map.of("front", source));
                Watch watch = site.camera("front").watch(Encoding.JPEG, null)) {
            site.await("front", CameraState.Live.class);
            Path figures = folder.resolve("figures");
            Files.writeString(figures, site.get("metrics").body());
            assertEquals(
                    "",
                    new String(
                            Tool.output("sh", "-c", "promtool check metrics <" + figures + " 2>&1"),
                            StandardCharsets.UTF_8));
            Tool.output("promtool", "check", "rules", "conf/prometheus-alerts.yml");
            int port = freePort();
            Process prometheus = prometheus(folder, site.port(), site.address().getPath() + "metrics", port);
            try {
                await(port, "perch_camera_state{job=\"perch\",camera=\"front\",state=\"live\"} == 1", folder);
                source.lose(new CaptureException(CaptureException.Kind.ABSENT, "/dev/video7 was unplugged."));
                await(port, "ALERTS{alertname=\"PerchCameraLost\",camera=\"front\"}", folder);
                for (String question : questions()) {
                    ask(port, question); // an error in one fails
                }
                assertEquals(1, watch.camera().watchers());
            } finally {
                prometheus.destroy();
                prometheus.waitFor(20, TimeUnit.SECONDS);
                prometheus.destroyForcibly();
            }
        }
    }

    private static Process prometheus(Path folder, int perch, String path, int port) throws IOException {
        Path config = folder.resolve("prometheus.yml");
        Files.writeString(
                config,
                String.join(
                        "\n",
                        "global: { scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s }",
                        "rule_files: [ \""
                                + Path.of("conf/prometheus-alerts.yml").toAbsolutePath() + "\" ]",
                        "scrape_configs: [ { job_name: perch, metrics_path: " + path
                                + ", static_configs: [ { targets: [ \"127.0.0.1:" + perch + "\" ] } ] } ]",
                        ""));
        return new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
    }

    /** Returns what the dashboard asks, with its variables filled in. */
    private static List<String> questions() throws IOException {
        Matcher found = Pattern.compile("\"expr\": \"((?:[^\"\\\\]|\\\\.)*)\"")
                .matcher(Files.readString(Path.of("conf/grafana-perch.json")));
        List<String> questions = new ArrayList<>();
        while (found.find()) {
            questions.add(found.group(1)
                    .replace("\\\"", "\"")
                    .replace("$instance", ".*")
                    .replace("$__rate_interval", "10s"));
        }
        assertTrue(questions.size() > 15, questions::toString);
        return questions;
    }

    private void await(int port, String question, Path folder) {
        Await.until(60, () -> !answers(port, question).isEmpty(), () -> question + ": " + targets(port) + log(folder));
    }

    private String targets(int port) {
        try {
            URI address = URI.create("http://127.0.0.1:" + port + "/api/v1/targets");
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException failed) {
            return failed.toString();
        }
    }

    private static String log(Path folder) {
        try {
            return Files.readString(folder.resolve("log"));
        } catch (IOException none) {
            return none.toString();
        }
    }

    private JsonArray answers(int port, String question) {
        try {
            return ask(port, question);
        } catch (IOException notYet) {
            return new JsonArray();
        }
    }

    private JsonArray ask(int port, String question) throws IOException {
        URI address = URI.create("http://127.0.0.1:" + port + "/api/v1/query?query="
                + URLEncoder.encode(question, StandardCharsets.UTF_8));
        try {
            HttpResponse<String> answer =
                    client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException(question + ": " + answer.body());
            }
            JsonObject body = JsonParser.object().from(answer.body());
            return body.getObject("data").getArray("result");
        } catch (InterruptedException | JsonParserException failed) {
            throw new IOException(failed);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0)) {
            return any.getLocalPort();
        }
    }
}
