package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SoundConfig;
import dev.perch.config.SourceConfig;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole program with a sound card that is not there: the picture, a silent track, and the reason wherever a reason is told. */
@Tag("players")
@Timeout(60)
class SoundCardServerPlayersTest {
    private static final String TROUBLE = "There is no sound card hw:31 to record from";

    @TempDir
    Path folder;

    private PerchServer server;
    private final HttpClient http = HttpClient.newHttpClient();

    @BeforeEach
    void start() throws Exception {
        CameraConfig demo = CameraConfig.defaults("front", new SourceConfig.Demo());
        CameraConfig.Running usual = demo.running();
        CameraConfig camera = demo.with(SoundConfig.alsa(Optional.of("hw:31")))
                .with(new CameraConfig.Running(usual.run(), Duration.ofSeconds(1), usual.warmUp(), usual.ringBytes()));
        server = PerchServer.start(PerchServer.config(camera), folder);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String get(String path) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(server.address() + path))
                                    .header("Accept", "application/json, text/html")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(path, failed);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return said;
    }

    @Test
    void absentCard_leavesPictureAndASilentTrack_andIsTold() throws Exception {
        Path file = folder.resolve("both.mp4");
        run("curl", "-sS", "-o", file.toString(), server.address() + "front/stream.mp4?duration=4");
        String streams = run(
                "ffprobe",
                "-v",
                "error",
                "-show_entries",
                "stream=codec_name,sample_rate,channels,duration",
                file.toString());
        assertTrue(streams.contains("codec_name=h264") && streams.contains("codec_name=aac"), streams);
        assertTrue(streams.contains("sample_rate=48000") && streams.contains("channels=1"), streams);
        String loudness = run("ffmpeg", "-i", file.toString(), "-af", "volumedetect", "-f", "null", "-");
        assertTrue(loudness.contains("max_volume: -91.0 dB"), loudness);
        String stats = get("stats");
        assertTrue(stats.contains("\"trouble\":\"" + TROUBLE), stats);
        assertFalse(stats.contains("\"state\":\"lost\""), "a camera is not lost by it");
        assertTrue(get("front/").contains(TROUBLE), "the page tells it");
        Await.until(20, () -> !Await.runs("perch-front-sound"), () -> "it goes on");
    }

    /** A viewer of pictures alone: the card is not asked for. */
    @Test
    void cardIsNotAskedFor_byWhoeverOnlyLooks() throws Exception {
        run("curl", "-sS", "-o", "/dev/null", server.address() + "front/stream.mp4?duration=1&audio=0");
        String stats = get("stats");
        assertEquals(List.of("\"trouble\":\"\""), matches(stats));
        assertFalse(stats.contains(TROUBLE));
    }

    private static List<String> matches(String stats) {
        return Pattern.compile("\"trouble\":\"[^\"]*\"")
                .matcher(stats)
                .results()
                .map(MatchResult::group)
                .toList();
    }
}
