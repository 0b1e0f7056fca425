package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Corpus;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Await;
import dev.perch.testing.TestCameras;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cameras of other makes, byte for byte as they answer, and servers that answer with anything else. */
class RelaySourceTest {
    private static final byte[] JPEG = Corpus.read("jpeg/ffmpeg-420-default.jpg");
    private static final int PICTURES = 5;
    private static final String SECRET = "s3cretword";

    private final ArenaPool arenas = TestCameras.pool(16 << 20);

    @AfterEach
    void everythingIsGivenBack() {
        assertEquals(
                0,
                arenas.budget().leasedBytes(),
                () -> arenas.budget().leasedByHolder().toString());
    }

    private Source source(FarServer server, String path, Duration silence) {
        CameraConfig camera = CameraConfig.defaults(
                "front",
                SourceConfig.Url.of(
                        "http://admin:" + SECRET + "@127.0.0.1:" + server.port() + path + "?token=" + SECRET));
        return RelaySource.of(camera, arenas, silence).orElseThrow();
    }

    private RecordingOutput run(FarServer server) throws InterruptedException {
        RecordingOutput output = new RecordingOutput(count -> {});
        source(server, "/stream", Duration.ofSeconds(10)).start(output);
        output.awaitEnd();
        return output;
    }

    private static byte[] parts(String head, String beforePart, String afterPart) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(head.getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < PICTURES; i++) {
            String before = beforePart
                    .replace("SIZE", Integer.toString(JPEG.length))
                    .replace("MICROS", String.format("%06d", 40_000 * i));
            out.write(before.getBytes(StandardCharsets.ISO_8859_1));
            out.write(JPEG);
            out.write(afterPart.getBytes(StandardCharsets.ISO_8859_1));
        }
        return out.toByteArray();
    }

    @Test
    void start_camerasOfOtherMakes_givesEachPicture() throws Exception {
        String replace = "Content-Type: multipart/x-mixed-replace;boundary=boundarydonotcross\r\n\r\n";
        Map<String, byte[]> answers = Map.of(
                "µStreamer",
                parts(
                        "HTTP/1.0 200 OK\r\nCache-Control: no-store\r\nSet-Cookie: stream_client=0/ab; path=/; max-age=30\r\n"
                                + replace + "--boundarydonotcross\r\n",
                        "Content-Type: image/jpeg\r\nContent-Length: SIZE\r\nX-Timestamp: 1795812325.MICROS\r\n\r\n",
                        "\r\n--boundarydonotcross\r\n"),
                "µStreamer with advance_headers",
                parts(
                        "HTTP/1.0 200 OK\r\n" + replace
                                + "--boundarydonotcross\r\nContent-Type: image/jpeg\r\nX-Timestamp: 1795812325.000000\r\n\r\n",
                        "",
                        "\r\n--boundarydonotcross\r\nContent-Type: image/jpeg\r\nX-Timestamp: 1795812325.000000\r\n\r\n"),
                "mjpg-streamer",
                parts(
                        "HTTP/1.0 200 OK\r\nServer: MJPG-Streamer/0.2\r\n" + replace + "--boundarydonotcross\r\n",
                        "Content-Type: image/jpeg\r\nContent-Length: SIZE\r\nX-Timestamp: 4711.MICROS\r\n\r\n",
                        "\r\n--boundarydonotcross\r\n"),
                "camera-streamer",
                parts(
                        String.join(
                                "\r\n",
                                List.of(
                                        "HTTP/1.0 200 OK",
                                        "Access-Control-Allow-Origin: *",
                                        "Connection: close",
                                        "Content-Type: multipart/x-mixed-replace;boundary=123456789000000000000987654321",
                                        "",
                                        "")),
                        "--123456789000000000000987654321\r\nContent-Type: image/jpeg\r\nContent-Length: SIZE\r\n\r\n",
                        "\r\n"),
                "ffmpeg, which tells no type",
                parts(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n",
                        "--ffmpeg\r\nContent-type: image/jpeg\r\nContent-length: SIZE\r\n\r\n",
                        "\r\n"),
                "images alone",
                parts("HTTP/1.1 200 OK\r\nContent-Type: video/x-motion-jpeg\r\n\r\n", "", ""),
                "a camera of few words",
                parts(
                        "HTTP/1.1 200 OK\nContent-Type: multipart/x-mixed-replace; boundary=\"x\"\n\n",
                        "--x\nCONTENT-LENGTH:SIZE\n\n",
                        "\n"));
        assertEachComes(answers);
    }

    private void assertEachComes(Map<String, byte[]> answers) throws Exception {
        for (Map.Entry<String, byte[]> answer : answers.entrySet()) {
            try (FarServer server = new FarServer(out -> out.write(answer.getValue()))) {
                RecordingOutput output = run(server);
                assertEquals(PICTURES, output.jpeg.frames.size(), answer.getKey());
                assertEquals(0, output.jpeg.dropped, answer.getKey());
                assertEquals(
                        "http://127.0.0.1:" + server.port() + "/stream has ended the stream.",
                        output.reason.map(CaptureException::getMessage).orElse(""));
            }
        }
    }

    @Test
    void start_camerasThatTellLittleOrWrong_givesEachPicture() throws Exception {
        Map<String, byte[]> answers = Map.of(
                "one of no words",
                parts("HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n", "--x\r\n\r\n", "\r\n"),
                "one of words that nobody knows, behind an empty line",
                parts(
                        "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=--x\r\n\r\n",
                        "----x\r\n\r\nX-Camera: 4711\r\n\r\n",
                        "\r\n"),
                "one that begins its heads with an empty line",
                parts(
                        "HTTP/1.1 200 OK\r\nContent-Type: multipart/mixed;boundary=x\r\n\r\nWords before the first part.\r\n\r\n",
                        "--x\r\n\r\nContent-Type: image/jpeg\r\nContent-Length: SIZE\r\n\r\n",
                        "\r\n"),
                "one that knows no lengths",
                parts(
                        "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=\"x y\"\r\n\r\n",
                        "--x y\r\nContent-Type: image/jpeg\r\nContent-Length: 0\r\n\r\n",
                        "\r\n"));
        assertEachComes(answers);
    }

    @Test
    void start_timesOfCapture_areKeptHoweverTheyArrive() throws Exception {
        byte[] answer = parts(
                "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n",
                "--b\r\nContent-Type: image/jpeg\r\nContent-Length: SIZE\r\nX-Timestamp: 1795812325.MICROS\r\n\r\n",
                "\r\n");
        try (FarServer server = new FarServer(out -> out.write(answer))) {
            List<RecordingOutput.Published> frames = run(server).jpeg.frames;
            for (int i = 0; i < PICTURES; i++) {
                assertEquals(
                        1_795_812_325_000_000L + 40_000L * i,
                        frames.get(i).time().wallClockMicros());
            }
        }
    }

    @Test
    void start_pictureSentAgain_isLeftOut() throws Exception {
        byte[] answer = parts(
                "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=b\r\n\r\n",
                "--b\r\nContent-Type: image/jpeg\r\nContent-Length: SIZE\r\nX-Timestamp: 1795812325.5\r\n\r\n",
                "\r\n");
        try (FarServer server = new FarServer(out -> out.write(answer))) {
            assertEquals(1, run(server).jpeg.frames.size());
        }
    }

    @Test
    void start_whatIsNoStream_isToldInWordsWithoutSecrets() throws Exception {
        String ok = "HTTP/1.1 200 OK\r\n";
        Map<String, String> sentences = Map.ofEntries(
                Map.entry(
                        "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
                        "refuses the user name or password, or asks for one."),
                Map.entry("HTTP/1.1 403 No\r\n\r\n", "forbids access (403)."),
                Map.entry("HTTP/1.1 404 No\r\n\r\n", "is not there: the server knows no such path (404)."),
                Map.entry(
                        "HTTP/1.1 503 Later\r\nContent-Type: application/problem+json\r\n\r\n{\"detail\":\"No camera: token="
                                + SECRET + "\"}",
                        "is not given now (503). It says: \"No camera: token=***\""),
                Map.entry("HTTP/1.1 301 On\r\nLocation: /stream\r\n\r\n", "redirects without end."),
                Map.entry("\u0001\u0002\u0003\r\n\r\n", "does not speak HTTP."),
                Map.entry("", "has closed the connection."),
                Map.entry(
                        ok + "Content-Type: text/html\r\n\r\n<html>",
                        "answers with a page, not with video. The url is that of a stream, such as /stream or /?action=stream."),
                Map.entry(
                        ok + "Content-Type: video/mp4\r\n\r\n\0\0\0\3moof----",
                        "sends MP4 that is damaged: a box is as large as its header at least, found 3."),
                Map.entry(
                        ok + "Content-Type: multipart/x-mixed-replace\r\n\r\n--x\r\nContent-Length: 99999999\r\n\r\n",
                        "sends a part of 99999999 bytes, and 16777216 are taken."),
                Map.entry(
                        ok + "Content-Type: multipart/x-mixed-replace\r\n\r\n" + "x\r\n".repeat(5000),
                        "sends no pictures in its parts, or heads of more than 8192 bytes."),
                Map.entry(
                        ok + "Content-Type: multipart/x-mixed-replace\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nx",
                        "sends parts that are no JPEG images."));
        for (Map.Entry<String, String> each : sentences.entrySet()) {
            try (FarServer server = new FarServer(FarServer.text(each.getKey()))) {
                RecordingOutput output = run(server);
                String name = "http://127.0.0.1:" + server.port() + "/stream ";
                String reason = output.reason.map(CaptureException::getMessage).orElse("");
                assertEquals(name + each.getValue(), reason);
                assertFalse(reason.contains(SECRET), reason);
                assertEquals(1, output.ends);
            }
        }
    }

    @Test
    void start_signsOfLifeWithoutPictures_endIt() throws Exception {
        try (FarServer server = new FarServer(out -> {
            FarServer.text("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n").run(out);
            while (true) {
                FarServer.text("\0\0\0\bfree").run(out);
                Thread.sleep(20);
            }
        })) {
            RecordingOutput output = new RecordingOutput(count -> {});
            source(server, "/x", Duration.ofMillis(300)).start(output);
            output.awaitEnd();
            assertTrue(
                    output.reason.map(CaptureException::getMessage).orElse("").contains("has sent no picture for"),
                    () -> output.reason.toString());
        }
    }

    @Test
    void stop_whileItWaits_endsWithoutAReason() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        for (String begun : List.of("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Type: video/h264\r\n\r\n")) {
            try (FarServer server = new FarServer(out -> {
                FarServer.text(begun).run(out);
                out.flush();
                never.await();
            })) {
                RecordingOutput output = new RecordingOutput(count -> {});
                Source.Session session =
                        source(server, "/x", Duration.ofSeconds(10)).start(output);
                Await.until(10, () -> !server.requests().isEmpty(), () -> "no request");
                session.stop();
                output.awaitEnd();
                assertTrue(output.reason.isEmpty());
            }
        }
    }

    @Test
    void delivers_afterTheFirstSession_isWhatCame() throws Exception {
        try (FarServer server = new FarServer(out -> out.write(parts(
                "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n",
                "--x\r\nContent-Length: SIZE\r\n\r\n",
                "\r\n")))) {
            Source source = source(server, "/x", Duration.ofSeconds(10));
            assertEquals(EnumSet.of(PixelFormat.H264, PixelFormat.MJPG), source.delivers());
            RecordingOutput output = new RecordingOutput(count -> {});
            source.start(output);
            output.awaitEnd();
            assertEquals(EnumSet.of(PixelFormat.MJPG), source.delivers());
            assertEquals(SoundProspect.NONE, source.sound());
        }
    }
}
