package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.media.Bytes;
import dev.perch.testing.Answer;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses, methods, parameters and heads of the live answers, as other programs' clients expect them. */
@Execution(ExecutionMode.CONCURRENT)
class AddressesTest {
    private static final String MJPEG = "multipart/x-mixed-replace;boundary=boundarydonotcross";

    @TempDir
    static Path work;

    private static PerchServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(PerchServer.config(TestCameras.demo("front"), TestCameras.demo("yard")), work);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static void assertLive(Answer answer) {
        assertEquals("HTTP/1.1 200", answer.statusLine().strip());
        assertEquals("", answer.header("Transfer-Encoding"));
        assertEquals("close", answer.header("Connection"));
        assertTrue(answer.header("Cache-Control").contains("no-store"), answer.headers()::toString);
        assertEquals("no-cache", answer.header("Pragma"));
        assertEquals("no", answer.header("X-Accel-Buffering"));
        assertEquals("Origin", answer.header("Vary"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stream.mjpg",
                "/front/stream.mjpg",
                "/yard/stream.mjpg",
                "/stream",
                "/yard/stream",
                "/?action=stream",
                "/?action=stream_0",
                "/?action=stream_1",
                "/yard/?action=stream",
                "/?action=stream&ignored.mjpg",
                "/?action=stream&_=1699999999999",
                "/?action=stream&1699999999999",
                "/?action=stream?dummy=param.mjpg",
                "/?action=stream_1?1699999999999",
                "/stream.mjpg?1699999999999",
                "/stream.mjpg?nothing=known&fps=",
                "/stream.mjpg?%zz&a=%"
            })
    void mjpeg_underEveryAddress(String target) throws Exception {
        try (Answer answer = Answer.get(server.port(), target)) {
            assertLive(answer);
            assertEquals(MJPEG, answer.header("Content-Type"));
            assertEquals("", answer.header("Content-Length"));
            MultipartBody.Part part = new MultipartBody(answer.body()).next();
            assertEquals(
                    List.of(),
                    part.headers().keySet().stream()
                            .filter(name -> !List.of("Content-Type", "Content-Length", "X-Timestamp")
                                    .contains(name))
                            .toList());
            DemoFrames.all().number(part.jpeg());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/snapshot.jpg",
                "/front/snapshot.jpg",
                "/yard/snapshot.jpg",
                "/snapshot",
                "/yard/snapshot",
                "/?action=snapshot",
                "/?action=snapshot_0",
                "/?action=snapshot_1",
                "/?action=snapshot_x",
                "/?action=snapshot?1699999999999",
                "/yard/?action=snapshot_",
                "/?action=snapshot&n=3&1699999999999",
                "/snapshot.jpg?1699999999999",
                "/snapshot.jpg?max-age=500"
            })
    void snapshot_underEveryAddress(String target) throws Exception {
        try (Answer answer = Answer.get(server.port(), target)) {
            assertLive(answer);
            assertEquals("image/jpeg", answer.header("Content-Type"));
            assertTrue(answer.header("X-Timestamp").matches("\\d{10}\\.\\d{6}"), answer.headers()::toString);
            byte[] jpeg = answer.body().readAllBytes();
            assertEquals(Integer.parseInt(answer.header("Content-Length")), jpeg.length);
            DemoFrames.all().number(Bytes.copyOf(jpeg));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/stream.h264, video/h264",
        "/yard/stream.h264, video/h264",
        "/stream.mp4, 'video/mp4; codecs=\"avc1.64001F,mp4a.40.2\"'",
        "/yard/stream.mp4?x, 'video/mp4; codecs=\"avc1.64001F,mp4a.40.2\"'"
    })
    void video_headsOfBothStreams(String target, String type) throws Exception {
        try (Answer answer = Answer.get(server.port(), target)) {
            assertLive(answer);
            assertEquals(type, answer.header("Content-Type").replaceFirst(";(?=\\S)", "; "));
            assertEquals("", answer.header("Content-Length"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/stream.mjpg", "/stream.h264", "/stream.mp4", "/snapshot.jpg"})
    void http10_getsTheSame(String target) throws Exception {
        for (String header : List.of("User-Agent: old", "Connection: keep-alive")) {
            try (Answer answer = Answer.of(Answer.ask(server.port(), "GET", target, "1.0", header))) {
                assertTrue(answer.statusLine().startsWith("HTTP/1.1 200"), answer.statusLine());
                assertEquals("", answer.header("Transfer-Encoding"));
                assertEquals("close", answer.header("Connection"));
                assertTrue(answer.body().readNBytes(1000).length == 1000);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/stream.mjpg, multipart/x-mixed-replace;boundary=boundarydonotcross",
        "/stream.h264, video/h264",
        "/snapshot.jpg, image/jpeg",
        "/?action=stream, multipart/x-mixed-replace;boundary=boundarydonotcross",
        "/?action=snapshot, image/jpeg"
    })
    void head_answersAsGetWould(String target, String type) throws Exception {
        try (Answer answer = Answer.request(server.port(), "HEAD", target)) {
            assertLive(answer);
            assertEquals(type, answer.header("Content-Type"));
            assertEquals(-1, answer.body().read());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/stream.mjpg, http://fluidd.local, true",
        "/stream.mjpg, https://example.org, false",
        "/stream.mp4, http://192.168.1.20:4408, true",
        "/stream.mp4, null, false",
        "/stream.h264, http://10.0.0.7, true",
        "/snapshot.jpg, http://octopi, true",
        "/snapshot.jpg, http://8.8.8.8, false"
    })
    void pagesOfElsewhere_readWhenTheyAreOfTheLocalNetwork(String target, String origin, boolean reads)
            throws Exception {
        try (Answer answer = Answer.get(server.port(), target, "Origin: " + origin)) {
            assertLive(answer);
            assertEquals(reads ? origin : "", answer.header("Access-Control-Allow-Origin"));
            assertEquals(
                    reads,
                    answer.header("Access-Control-Expose-Headers").contains("X-Timestamp"),
                    answer.headers()::toString);
        }
    }

    @Test
    void options_tellMethodsAndCors() throws Exception {
        try (Answer answer = Answer.of(
                Answer.ask(server.port(), "OPTIONS", "/stream.mp4", "1.1", "Origin: http://printer.lan:7125"))) {
            assertEquals(204, answer.status());
            assertEquals("GET, HEAD, OPTIONS", answer.header("Allow"));
            assertEquals("http://printer.lan:7125", answer.header("Access-Control-Allow-Origin"));
            assertTrue(answer.header("Access-Control-Allow-Methods").contains("GET"), answer.headers()::toString);
        }
    }

    /** Mainsail's and Fluidd's mode for camera-streamer, and WHEP: a page learns at once that it has to take another. */
    @ParameterizedTest
    @ValueSource(strings = {"/webrtc", "/whep", "/front/webrtc", "/api/webrtc?src=front"})
    void webRtc_isRefused(String address) throws Exception {
        try (Answer answer = Answer.of(Answer.ask(server.port(), "POST", address, "1.1", "Content-Length: 0"))) {
            assertEquals(405, answer.status());
            assertEquals("application/problem+json", answer.header("Content-Type"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"})
    void otherMethods_areRefused(String method) throws Exception {
        try (Answer answer = Answer.of(Answer.ask(server.port(), method, "/stream.mjpg", "1.1", "Content-Length: 0"))) {
            assertEquals(405, answer.status());
            assertEquals("application/problem+json", answer.header("Content-Type"));
            assertTrue(answer.header("Allow").contains("GET"), answer.headers()::toString);
        }
    }

    private static JsonObject problem(Answer answer) throws Exception {
        assertEquals("application/problem+json", answer.header("Content-Type"));
        JsonObject problem = JsonParser.object().from(answer.text());
        assertEquals(answer.status(), problem.getInt("status"));
        assertFalse(problem.getString("title", "").isEmpty());
        return problem;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/nothing",
                "/front/nothing",
                "/cellar/stream.mp4",
                "/front/stream.mp4/",
                "/stream.mp4/more",
                "/snapshot.jpeg",
                "/?action=snapshot_2",
                "/?action=snapshot_2.jpg",
                "/front/yard/stream.mp4",
                "//stream.mp4x"
            })
    void unknownAddress_namesTheCameras(String target) throws Exception {
        try (Answer answer = Answer.get(server.port(), target)) {
            assertEquals(404, answer.status());
            JsonObject problem = problem(answer);
            assertEquals(new JsonArray(List.of("front", "yard")), problem.getArray("cameras"));
            assertTrue(problem.getString("detail").contains("front, yard"), problem::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stream.mjpg?fps=0",
                "/stream.mjpg?fps=-1",
                "/stream.mjpg?fps=fast",
                "/stream.mjpg?fps=NaN",
                "/stream.mjpg?fps=Infinity",
                "/stream.mjpg?fps=1e999",
                "/stream.mp4?duration=0",
                "/stream.mp4?duration=-3",
                "/stream.h264?duration=%3Cb%3E",
                "/stream.mjpg?duration=10s",
                "/snapshot.jpg?max-age=-1",
                "/snapshot.jpg?max-age=soon",
                "/snapshot.jpg?max_delay=x"
            })
    void badParameter_isRefusedWithWhatIsAccepted(String target) throws Exception {
        try (Answer answer = Answer.get(server.port(), target)) {
            assertEquals(400, answer.status());
            String name = target.substring(target.indexOf('?') + 1, target.indexOf('='));
            String detail = problem(answer).getString("detail");
            assertTrue(detail.contains(name) && detail.contains(" from "), detail);
        }
    }

    @ParameterizedTest
    @CsvSource({"/front, front/", "/yard, yard/"})
    void cameraWithoutSlash_isRedirectedRelatively(String target, String location) throws Exception {
        try (Answer answer = Answer.get(server.port(), target)) {
            assertEquals(302, answer.status());
            assertEquals(location, answer.header("Location"));
        }
    }

    @Test
    void keepAlive_errorsAndPagesKeepTheConnection_liveAnswersEndIt() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            try404(socket);
            try404(socket);
            Answer snapshot = Answer.of(Answer.send(socket, "GET", "/snapshot.jpg", "1.1", "Connection: keep-alive"));
            assertLive(snapshot);
            assertEquals(
                    Integer.parseInt(snapshot.header("Content-Length")),
                    snapshot.body().readAllBytes().length);
        }
    }

    private static void try404(Socket socket) throws IOException {
        Answer answer = Answer.of(Answer.send(socket, "GET", "/nothing", "1.1", "Connection: keep-alive"));
        assertEquals(404, answer.status());
        assertFalse(answer.text().isEmpty());
    }

    @Test
    void twoSnapshotsAtOnce_areTheSameFrame() throws Exception {
        try (Answer live = Answer.get(server.port(), "/stream.mjpg")) {
            MultipartBody parts = new MultipartBody(live.body());
            parts.next();
            parts.next();
            for (int i = 0; i < 20 && !sameFrameTwice(); i++) {
                assertTrue(i < 19, "a new frame came between the two each time");
            }
        }
    }

    /** False when a new frame came between the two. */
    private static boolean sameFrameTwice() throws Exception {
        try (Answer one = Answer.get(server.port(), "/snapshot.jpg");
                Answer other = Answer.get(server.port(), "/snapshot.jpg?max-age=400")) {
            if (!one.header("X-Timestamp").equals(other.header("X-Timestamp"))) {
                return false;
            }
            assertArrayEquals(one.body().readAllBytes(), other.body().readAllBytes());
            return true;
        }
    }
}
