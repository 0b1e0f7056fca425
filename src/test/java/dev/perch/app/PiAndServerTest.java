package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.PerchServer;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of a Pi and of a server that many Pis share, as two running programs; the demo stands for the camera. */
@Tag("long")
class PiAndServerTest {
    @TempDir
    private Path folder = Path.of("");

    private int rtmpPort;
    private PerchServer server;

    @BeforeEach
    void startServer() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            rtmpPort = free.getLocalPort();
        }
        server = start("server", serverYaml(1));
    }

    private String serverYaml(int most) throws IOException {
        return Files.readString(Path.of("conf/server.yml"))
                .replace("port: 8080", "port: 0\n  address: 127.0.0.1")
                .replace("port: 1935", "port: " + rtmpPort + "\n  address: 127.0.0.1")
                .replace("max-cameras: 20", "max-cameras: " + most + "\n    linger-publisher: 0s")
                .replace("/var/lib/perch", folder.resolve("recordings").toString());
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private PerchServer start(String name, String yaml) throws Exception {
        Path own = Files.createDirectories(folder.resolve(name));
        return PerchServer.start(PerchConfig.load(Files.writeString(own.resolve("perch.yml"), yaml)), own);
    }

    /** Returns the sample of a Pi, whose camera is the demo. */
    private String pi(String camera) throws IOException {
        return Files.readString(Path.of("conf/pi.yml"))
                .replace("port: 8080 ", "port: 0\n  address: 127.0.0.1\n  # ")
                .replace("camera1", camera)
                .replace("device: /dev/video0", "demo: true")
                .replaceAll("(?m)^ +(size|fps|controls): .*\n", "")
                .replace("server.local/live", "127.0.0.1:" + rtmpPort + "/live")
                .replace("server.local:8080", "127.0.0.1:" + server.port());
    }

    private String byHttp(String camera) throws IOException {
        return pi(camera).replaceAll("(?m)^ +url: rtmp.*\n", "").replaceFirst("# (url: http)", "  $1");
    }

    private static String get(PerchServer where, String path) {
        try {
            return where.get(path).body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    private void awaitCamera(String camera) {
        Await.until(30, () -> state(camera).contains("\"live\""), () -> get(server, "stats"));
    }

    /** Returns what /stats tells of the camera; empty where there is none. */
    private String state(String camera) {
        String stats = get(server, "stats");
        int at = stats.indexOf("{\"id\":\"" + camera + "\"");
        return at < 0 ? "" : stats.substring(at, Math.min(stats.length(), at + 200));
    }

    private void awaitPicture(String camera) throws IOException {
        try (Answer answer = Answer.get(server.port(), "/" + camera + "/stream.mp4?audio=0")) {
            assertEquals(200, answer.status());
            Mp4Body body = new Mp4Body(answer.body());
            body.init();
            assertTrue(body.next().orElseThrow().nals().size() > 0);
        }
    }

    private void awaitRecording(String camera) {
        Path own = folder.resolve("recordings").resolve(camera);
        Await.until(
                20,
                () -> {
                    String[] files = own.toFile().list((folder, name) -> name.endsWith(".mp4"));
                    return files != null && files.length == 1;
                },
                own::toString);
    }

    /** Each Pi is a camera of the server by its coming, recorded and served, and none when it has gone; as many come as may. */
    @Test
    void piPushesByRtmpAndByHttp_andIsACameraForAsLong() throws Exception {
        assertEquals(404, server.get("camera1/stream.mp4").statusCode());
        assertTrue(get(server, "").contains("Perch"));
        try (PerchServer pi = start("pi1", pi("camera1"))) {
            awaitCamera("camera1");
            awaitPicture("camera1");
            awaitRecording("camera1");
            assertTrue(get(server, "").contains("camera1/"), "on the page");
            try (PerchServer second = start("pi2", byHttp("camera2"))) {
                Await.until(
                        20, () -> get(second, "camera2/pushes").contains("503"), () -> get(second, "camera2/pushes"));
            }
            assertEquals("", state("camera2"));
            assertTrue(get(pi, "camera1/pushes").contains("\"sending\""));
        }
        Await.until(20, () -> state("camera1").isEmpty(), () -> get(server, "stats"));
        try (PerchServer pi = start("pi3", byHttp("camera2"))) {
            awaitCamera("camera2");
            awaitPicture("camera2");
            assertTrue(get(pi, "camera2/pushes").contains("\"sending\""));
        }
        Await.until(20, () -> state("camera2").isEmpty(), () -> get(server, "stats"));
    }

    /** Twenty at once are recorded by one process; what a busy disk has not finished by its end is whole all the same. */
    @Test
    void twentyPublishers_areRecordedAtOnce() throws Exception {
        server.close();
        server = start("large", serverYaml(20));
        StringBuilder pushes = new StringBuilder();
        for (int i = 1; i <= 20; i++) {
            pushes.append("      - rtmp://127.0.0.1:" + rtmpPort + "/live/camera" + i + "?key=change-this-word\n");
        }
        String yaml = pi("all").replaceAll("(?s)push:.*", "push:\n") + pushes;
        try (PerchServer pi = start("pis", yaml)) {
            for (int i = 1; i <= 20; i++) {
                awaitRecording("camera" + i);
            }
            Await.until(
                    30,
                    () -> IntStream.rangeClosed(1, 20).allMatch(i -> recordedBytes("camera" + i) > 300_000),
                    () -> get(server, "stats"));
            assertEquals(20, count(get(pi, "all/pushes"), "\"sending\""), () -> get(pi, "all/pushes"));
            assertEquals(20, count(get(server, "stats"), "\"state\":\"live\""), () -> get(server, "stats"));
        }
        server.close();
        Path all = folder.resolve("recordings");
        Await.until(60, () -> check(all).contains("20 files, 0 not finished, 0 damaged"), () -> check(all));
    }

    /** Returns what is said of the files, of which those that a busy disk has not finished are finished now. */
    private static String check(Path files) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        RecordingsCommand.run(
                new CommandLine.Recordings(files, /* repair= */ true),
                new PrintStream(said, true, StandardCharsets.UTF_8),
                System.err);
        return said.toString(StandardCharsets.UTF_8);
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private long recordedBytes(String camera) {
        File[] files = folder.resolve("recordings")
                .resolve(camera)
                .toFile()
                .listFiles((folder, name) -> name.endsWith(".mp4"));
        return files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
    }

    /** Names that are none, or that no wildcard has, and wrong keys make no camera. */
    @Test
    void whoMayNotCome_makesNoCamera() throws Exception {
        for (String name : new String[] {"camera_2", "Camera2", "other", "camera%2e%2e"}) {
            HttpResponse<String> answer =
                    server.put(name + "/publish", "x", "Authorization", "Bearer change-this-word");
            assertEquals(404, answer.statusCode(), answer.body());
        }
        HttpResponse<String> keyless = server.put("camera2/publish", "x", "X-Perch-Key", "wrong");
        assertEquals(403, keyless.statusCode(), keyless.body());
        try (PerchServer pi = start("pi", pi("camera1").replace("/live/camera1", "/live/other"))) {
            Await.until(20, () -> get(pi, "camera1/pushes").contains("BadName"), () -> get(pi, "camera1/pushes"));
        }
        assertTrue(get(server, "stats").contains("\"cameras\":[]"), () -> get(server, "stats"));
    }

    @Test
    void serverFetches_whatAPiServes() throws Exception {
        server.close();
        try (PerchServer pi = start("pi", pi("camera1").replaceAll("(?s) +push:.*", ""))) {
            String sample = Files.readString(Path.of("conf/server.yml"));
            String fetched = sample.replaceAll("(?m)^  # +(camera7:|  url:|  run:|  record:)", "  $1")
                    .replace("port: 8080", "port: 0\n  address: 127.0.0.1")
                    .replace("port: 1935", "port: " + rtmpPort)
                    .replace("http://pi7.local:8080/", pi.address().toString())
                    .replace("{ keep: 7d }", "{ path: " + folder.resolve("recordings") + "/%camera/%F-%H-%M-%S.mp4 }")
                    .replace("/var/lib/perch", folder.resolve("recordings").toString());
            assertFalse(fetched.contains("pi7.local"), fetched);
            server = start("fetching", fetched);
            awaitCamera("camera7");
            awaitPicture("camera7");
            awaitRecording("camera7");
        }
    }
}
