package dev.perch.web.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Tool;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that publish in the body of a request, to the program as it runs. */
@Tag("players")
class HttpPublishPlayersTest {
    private static final String KEY = "s3cret";

    @TempDir
    private static Path folder = Path.of("");

    private final List<Process> programs = new ArrayList<>();
    private PerchServer server;

    @BeforeEach
    void start() throws Exception {
        CameraConfig front = CameraConfig.defaults(
                "front", new SourceConfig.Publish(KEY, /* replace= */ false, Duration.ofSeconds(30)));
        PerchConfig config = PerchServer.config(front);
        server = PerchServer.start(config, folder.resolve("work"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Process program : programs) {
            program.destroyForcibly().waitFor();
        }
        server.close();
    }

    private Process run(String... command) throws IOException {
        Process program = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        programs.add(program);
        return program;
    }

    private static List<String> source(int seconds) {
        return List.of(
                "ffmpeg",
                "-v",
                "error",
                "-re",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=size=160x120:rate=25:duration=" + seconds,
                "-f",
                "lavfi",
                "-i",
                "sine=duration=" + seconds);
    }

    private Process publish(int seconds, String... output) throws IOException {
        List<String> command = new ArrayList<>(source(seconds));
        command.addAll(List.of("-preset", "ultrafast", "-g", "25", "-c:a", "aac"));
        command.addAll(List.of(output));
        command.addAll(List.of("-headers", "Authorization: Bearer " + KEY + "\r\n", server.address("front/publish")));
        return run(command.toArray(String[]::new));
    }

    private String stats() {
        try {
            return server.get("stats").body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private void awaitState(String word) {
        Await.until(30, () -> stats().contains("\"state\":\"" + word + "\""), this::stats);
    }

    @ParameterizedTest
    @CsvSource({
        "h264, h264, -an -c:v libx264 -f h264",
        "mpjpeg, mjpeg, -an -c:v mjpeg -f mpjpeg",
        "mjpeg, mjpeg, -an -c:v mjpeg -f mjpeg",
        "flv, h264, -c:v libx264 -f flv",
        "mp4, h264, -c:v libx264 -movflags empty_moov+default_base_moof+frag_every_frame -f mp4",
        "mpegts, h264, -c:v libx264 -f mpegts",
        "mpegts with other sound, h264, -c:v libx264 -c:a mp2 -f mpegts"
    })
    void ffmpegPublishes_andTheCameraIsLive(String name, String codec, String output) throws Exception {
        Process publisher = publish(30, output.split(" ", -1));
        awaitState("live");
        String stream = server.address(codec.equals("h264") ? "stream.mp4?duration=1" : "stream.mjpg?duration=1");
        List<String> seen = Tool.lines(
                "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width", "-of", "csv=p=0", stream);
        assertTrue(seen.contains(codec + ",160"), name + " " + seen);
        boolean sounds = !output.contains("-an");
        assertEquals(sounds, stats().contains("\"codec\":\"mp4a"), this::stats);
        publisher.destroy();
        awaitState("awaiting");
    }

    /** curl sends what it reads as it comes, and shows the answer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-f h264",
                "-c:v libx264 -f mpegts",
                "-movflags empty_moov+default_base_moof+frag_every_frame -f mp4"
            })
    void curlPublishesToTheEnd_andIsTold(String format) throws Exception {
        String command = String.join(" ", source(2)) + " -an -preset ultrafast -g 25 " + format + " -"
                + " | curl -sS -T - -H 'Authorization: Bearer " + KEY + "' " + server.address("front/publish");
        Process publisher = run("/bin/sh", "-c", command);
        assertTrue(publisher.waitFor(30, TimeUnit.SECONDS));
        String told = new String(publisher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(told.matches("\\{\"camera\":\"front\",\"frames\":(49|50)}"), told);
    }

    /** A file that comes more quickly than ffmpeg takes it is waited with, and nothing of it is lost. */
    @Test
    void transportStreamThatComesAtOnce_isTakenWhole() throws Exception {
        String command = "ffmpeg -v error -f lavfi -i testsrc2=size=640x480:rate=25:duration=12,noise=alls=60:allf=t"
                + " -preset ultrafast -c:v libx264 -b:v 12M -g 25 -f mpegts -y " + folder.resolve("large.ts")
                + " && curl -sS -T " + folder.resolve("large.ts") + " -H 'Authorization: Bearer " + KEY + "' "
                + server.address("front/publish");
        Process publisher = run("/bin/sh", "-c", command);
        String told = new String(publisher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(Files.size(folder.resolve("large.ts")) > 8 << 20);
        assertTrue(told.matches("\\{\"camera\":\"front\",\"frames\":(299|300)}"), told);
    }

    @Test
    void whoMayNot_orSendsWhatIsNotTaken_isToldSo() throws Exception {
        HttpResponse<String> keyless = server.put("front/publish", "x", "X-Perch-Key", "wrong");
        assertEquals(403, keyless.statusCode());
        HttpResponse<String> text =
                server.put("front/publish", "not a stream at all", "Authorization", "Bearer " + KEY);
        assertEquals(415, text.statusCode(), text.body());
        assertTrue(text.body().contains("neither H.264 in Annex B form nor JPEG"), text.body());
        assertTrue(refusal("-c:v mpeg2video -f mpegts").contains("MPEG-2 video: H.264 is taken"));
        assertTrue(refusal("-c:v libx265 -x265-params log-level=none -f mpegts").contains("H.265: H.264 is taken"));
        assertTrue(
                refusal("-c:v mpeg4 -movflags empty_moov+frag_keyframe -f mp4").contains("mp4v: H.264 is taken"));
        publish(30, "-an", "-c:v", "libx264", "-f", "h264");
        awaitState("live");
        HttpResponse<String> second = server.put("front/publish", "x", "Authorization", "Bearer " + KEY);
        assertEquals(409, second.statusCode());
        assertTrue(second.body().contains("Another publishes"), second.body());
        assertTrue(stats().contains("\"state\":\"live\""));
    }

    /** Returns the answer to a body that is not taken. */
    private String refusal(String output) throws Exception {
        // whoever is refused early tells of a broken pipe, before the answer or behind it
        String body = String.join(" ", source(1)).replace("-re ", "") + " -an -preset ultrafast " + output + " -"
                + " 2>/dev/null | curl -sS -w %{http_code} -T - -H 'Authorization: Bearer " + KEY + "' "
                + server.address("front/publish");
        Process publisher = run("/bin/sh", "-c", body);
        String told = new String(publisher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(told.endsWith("415"), told);
        return told;
    }

    @Test
    void cameraWithASourceOfItsOwn_isNotPublishedTo() throws Exception {
        Files.createDirectories(folder.resolve("demo"));
        CameraConfig front =
                CameraConfig.defaults("front", new SourceConfig.Publish("", false, Duration.ofSeconds(30)));
        CameraConfig demo = CameraConfig.defaults("demo", new SourceConfig.Demo());
        try (PerchServer other = PerchServer.start(PerchServer.config(demo, front), folder.resolve("demo"))) {
            HttpResponse<String> answer = other.put("demo/publish", "x");
            assertEquals(409, answer.statusCode(), answer.body());
        }
    }
}
