package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The WAR with cameras that are commands: sh and cat, which every Debian has. */
@Timeout(90)
@Execution(ExecutionMode.CONCURRENT)
class CommandIT {
    private static final Path CORPUS = Path.of("src/test/resources/corpus").toAbsolutePath();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void h264_runsWhileItIsWatched_andLeavesNoProcess() throws Exception {
        try (RunningPerch perch = start("""
                cameras:
                  front:
                    command: while cat %s/h264/x264-baseline.h264; do sleep 0.2; done | cat
                    format: H264
                    linger: 0s
                    jpeg-encoder: off
                """.formatted(CORPUS))) {
            assertEquals(409, perch.get("stream.mjpg").statusCode());
            assertEquals(List.of(), children(perch));
            HttpResponse<InputStream> stream = open(perch, "stream.h264?duration=1");
            assertEquals(200, stream.statusCode());
            List<ProcessHandle> running = children(perch);
            assertFalse(running.isEmpty());
            assertTrue(stream.body().readAllBytes().length > 20_000);
            awaitEnd(running);
            assertEquals(List.of(), children(perch));
        }
    }

    @Test
    void mjpeg_thatDies_isStartedAgainUnderItsViewers() throws Exception {
        try (RunningPerch perch = start("""
                cameras:
                  front:
                    command: for i in 1 2 3; do cat %s/jpeg/turbo-420.jpg; sleep 0.1; done; echo the lens is gone >&2; exit 3
                    format: MJPG
                """.formatted(CORPUS))) {
            Set<String> timestamps = new HashSet<>();
            try (BufferedReader parts = new BufferedReader(new InputStreamReader(
                    open(perch, "stream.mjpg?duration=60").body(), StandardCharsets.ISO_8859_1))) {
                for (String line = parts.readLine(); timestamps.size() <= 3; line = parts.readLine()) {
                    assertNotNull(line, () -> timestamps.size() + " frames");
                    if (line.startsWith("X-Timestamp")) {
                        timestamps.add(line);
                    }
                }
            }
            assertTrue(perch.log().contains("front: the lens is gone"), perch::log);
            assertTrue(
                    perch.log()
                            .contains(
                                    "camera front: command has ended with exit code 3. It said: \"the lens is gone\". It is tried"),
                    perch::log);
        }
    }

    @Test
    void failure_isTheAnswer() throws Exception {
        try (RunningPerch perch = start("""
                cameras:
                  broken:
                    command: [sh, -c, "echo no camera is connected >&2; exit 1"]
                  absent:
                    command: rpicam-absent -t 0 -o -
                """)) {
            HttpResponse<String> broken = perch.get("broken/stream.h264");
            assertEquals(503, broken.statusCode());
            assertTrue(broken.body().contains("exit code 1. It said: \\\"no camera is connected\\\"."), broken::body);
            HttpResponse<String> absent = perch.get("absent/snapshot.jpg");
            assertEquals(503, absent.statusCode());
            assertTrue(absent.body().contains("rpicam-absent"), absent::body);
        }
    }

    @Test
    void sigterm_endsTheCommand() throws Exception {
        try (RunningPerch perch = start("""
                cameras:
                  front:
                    command: while cat %s/h264/x264-baseline.h264; do sleep 0.2; done | cat
                    run: always
                """.formatted(CORPUS))) {
            open(perch, "stream.h264?duration=1").body().readAllBytes();
            List<ProcessHandle> running = children(perch);
            assertFalse(running.isEmpty());
            assertEquals(143, perch.terminate(Duration.ofSeconds(10)));
            awaitEnd(running);
            assertFalse(perch.log().contains("Exception"), perch::log);
        }
    }

    /** ffmpeg ends within milliseconds when its input does; a signal takes it seconds while it has frames to make. */
    @ParameterizedTest
    @CsvSource({
        "cat %s/jpeg/turbo-420.jpg; sleep 0.1, stream.h264",
        "cat %s/h264/x264-baseline.h264; sleep 0.2, stream.mjpg",
    })
    @Tag("players")
    void sigterm_endsAnEncoder_byTheEndOfItsInput(String prints, String wanted) throws Exception {
        Path log = folder.resolve("encoder.log");
        Path ffmpeg = Files.writeString(folder.resolve("ffmpeg"), """
                #!/bin/sh
                trap 'echo signalled >> %1$s' TERM
                exec 3<&0 # what runs in the background would read nothing
                /usr/bin/ffmpeg "$@" <&3 & wait $!
                echo ended with $? >> %1$s
                """.formatted(log));
        assertTrue(ffmpeg.toFile().setExecutable(true));
        String config = """
                cameras:
                  front:
                    command: while %s; do true; done
                """.formatted(prints.formatted(CORPUS));
        try (RunningPerch perch = RunningPerch.start(
                Map.of("XDG_CACHE_HOME", folder.toString(), "PATH", folder + ":" + System.getenv("PATH")),
                "--port",
                "0",
                "--config",
                Files.writeString(folder.resolve("perch.yml"), config).toString())) {
            InputStream stream = open(perch, wanted).body();
            byte[] beginning = stream.readNBytes(1000);
            assertEquals(1000, beginning.length, () -> new String(beginning, StandardCharsets.UTF_8));
            List<ProcessHandle> running = children(perch);
            assertEquals(143, perch.terminate(Duration.ofSeconds(10)));
            awaitEnd(running);
            assertEquals("ended with 0\n", Files.readString(log));
        }
    }

    private RunningPerch start(String config) throws Exception {
        Path file = Files.writeString(folder.resolve("perch.yml"), config);
        return RunningPerch.start(
                Map.of("XDG_CACHE_HOME", folder.toString()), "--port", "0", "--config", file.toString());
    }

    private static HttpResponse<InputStream> open(RunningPerch perch, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(perch.address().resolve(path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
    }

    private static List<ProcessHandle> children(RunningPerch perch) {
        return ProcessHandle.of(perch.pid()).orElseThrow().descendants().toList();
    }

    private static void awaitEnd(List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            process.onExit().get(20, TimeUnit.SECONDS);
        }
    }
}
