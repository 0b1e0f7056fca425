package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.Bytes;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.PerchServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Perches that show the cameras of others: the demo at one end, by HTTP alone in between. */
@Execution(ExecutionMode.CONCURRENT) // they wait for what the demo plays in real time
class RelayTest {
    private static final int FRAMES = 40;
    private static final int PICTURES = 10; // the demo gives six a second

    @TempDir
    Path work;

    private static CameraConfig relay(String id, String url) {
        return CameraConfig.defaults(id, SourceConfig.Url.of(url));
    }

    private PerchServer demo() throws Exception {
        return start("far", CameraConfig.defaults("demo", new SourceConfig.Demo()));
    }

    private PerchServer start(String folder, CameraConfig... cameras) throws Exception {
        Path own = work.resolve(folder);
        Files.createDirectories(own);
        return PerchServer.start(PerchServer.config(cameras), own);
    }

    /** Returns the times of capture of the next frames of a stream by their bytes, in milliseconds since 1970. */
    private static Map<Bytes, Double> times(PerchServer server, String camera) throws IOException {
        Map<Bytes, Double> times = new HashMap<>();
        try (Answer answer = Answer.get(server.port(), "/" + camera + "/stream.mp4?prft=1&start=plain")) {
            assertEquals(200, answer.status());
            Mp4Body body = new Mp4Body(answer.body());
            body.init();
            for (int i = 0; i < FRAMES; i++) {
                Mp4Body.Fragment next = body.next().orElseThrow();
                List<ByteBuffer> nals = next.nals();
                times.put(Bytes.copyOf(nals.get(nals.size() - 1)), next.capturedMillis());
            }
        }
        return times;
    }

    private static void assertSameTimes(Map<Bytes, Double> far, Map<Bytes, Double> near) {
        List<Double> differences = near.keySet().stream()
                .filter(far::containsKey)
                .map(bytes ->
                        Math.abs(Objects.requireNonNull(far.get(bytes)) - Objects.requireNonNull(near.get(bytes))))
                .toList();
        assertTrue(differences.size() >= FRAMES / 2, "the same frames: " + differences.size());
        differences.forEach(difference -> assertEquals(0, difference, 0.01, "the time of capture is kept"));
    }

    @Test
    void chain_ofThree_keepsFramesAndTimesOfCapture() throws Exception {
        try (PerchServer far = demo();
                PerchServer middle = start("middle", relay("middle", far.address("demo/")));
                PerchServer near = start("near", relay("near", middle.address("")))) {
            List<Map<Bytes, Double>> seen = new ArrayList<>();
            Thread other = new Thread(() -> {
                try {
                    seen.add(times(far, "demo"));
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            Map<Bytes, Double> first = times(near, "near"); // everything runs now
            assertFalse(first.isEmpty());
            other.start();
            Map<Bytes, Double> shown = times(near, "near");
            other.join();
            assertSameTimes(seen.get(0), shown);
        }
    }

    @Test
    void pictures_ofAnotherPerch_areTheSameWithTheirTimes() throws Exception {
        try (PerchServer far = demo();
                PerchServer near = start("near", relay("near", far.address("demo/stream.mjpg")));
                Answer farAnswer = Answer.get(far.port(), "/demo/stream.mjpg");
                Answer nearAnswer = Answer.get(near.port(), "/near/stream.mjpg")) {
            MultipartBody farBody = new MultipartBody(farAnswer.body());
            MultipartBody nearBody = new MultipartBody(nearAnswer.body());
            Map<Bytes, String> sent = new HashMap<>();
            Map<Bytes, String> shown = new HashMap<>();
            for (int i = 0; i < PICTURES; i++) {
                MultipartBody.Part part = farBody.next();
                sent.put(part.jpeg(), part.header("X-Timestamp"));
                part = nearBody.next();
                shown.put(part.jpeg(), part.header("X-Timestamp"));
            }
            shown.keySet().retainAll(sent.keySet());
            assertTrue(shown.size() >= PICTURES / 2, "the same pictures: " + shown.size());
            shown.forEach((jpeg, time) -> assertEquals(sent.get(jpeg), time));
        }
    }

    @Test
    void sound_ofAnotherPerch_comesWithThePicture() throws Exception {
        try (PerchServer far = demo();
                PerchServer near = start("near", relay("near", far.address("demo/")))) {
            Set<Bytes> sent = new HashSet<>();
            Set<Bytes> shown = new HashSet<>();
            try (Answer farAnswer = Answer.get(far.port(), "/demo/stream.mp4?start=plain");
                    Answer nearAnswer = Answer.get(near.port(), "/near/stream.mp4?start=plain")) {
                Mp4Body farBody = new Mp4Body(farAnswer.body());
                Mp4Body nearBody = new Mp4Body(nearAnswer.body());
                farBody.init();
                nearBody.init();
                for (int i = 0; i < 2 * FRAMES; i++) {
                    farBody.next();
                    nearBody.next();
                }
                farBody.sounds().forEach(frame -> sent.add(frame.payload()));
                nearBody.sounds().forEach(frame -> shown.add(frame.payload()));
            }
            assertTrue(shown.size() > 10, "frames of sound: " + shown.size());
            shown.retainAll(sent);
            assertTrue(shown.size() > 10, "the same frames of sound: " + shown.size());
            JsonObject camera = JsonParser.object()
                    .from(near.get("stats").body())
                    .getArray("cameras")
                    .getObject(0);
            assertEquals("certain", camera.getObject("audio").getString("comes"));
        }
    }

    @Test
    void farPerch_goesAndComesBack_viewerStays() throws Exception {
        int port = freePort();
        PerchConfig demo = PerchServer.config(CameraConfig.defaults("demo", new SourceConfig.Demo()));
        demo = demo.withServer(demo.server().withPort(port));
        Files.createDirectories(work.resolve("far"));
        try (PerchServer near = start("near", relay("near", "http://127.0.0.1:" + port + "/demo/stream.mjpg"))) {
            PerchServer far = PerchServer.start(demo, work.resolve("far"));
            try (Answer viewer = Answer.get(near.port(), "/near/stream.mjpg")) {
                MultipartBody body = new MultipartBody(viewer.body());
                for (int i = 0; i < PICTURES; i++) {
                    assertTrue(DemoFrames.all().holds(body.next().jpeg()));
                }
                far.close();
                double awaySeconds = System.currentTimeMillis() / 1000.0;
                far = PerchServer.start(demo, work.resolve("far"));
                MultipartBody.Part next = body.next();
                while (!DemoFrames.all().holds(next.jpeg())
                        || Double.parseDouble(next.header("X-Timestamp"))
                                < awaySeconds) { // repetitions, the placeholder
                    next = body.next();
                }
            } finally {
                far.close();
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void circle_isToldByEachOfThem() throws Exception {
        int port = freePort();
        PerchConfig first = PerchServer.config(relay("one", "http://127.0.0.1:" + port + "/two/stream.mp4"));
        Files.createDirectories(work.resolve("a"));
        Files.createDirectories(work.resolve("b"));
        try (PerchServer one = PerchServer.start(first, work.resolve("a"))) {
            PerchConfig second = PerchServer.config(relay("two", one.address("one/stream.mp4")));
            second = second.withServer(second.server().withPort(port));
            try (PerchServer two = PerchServer.start(second, work.resolve("b"));
                    Answer answer = Answer.get(one.port(), "/one/stream.mp4")) {
                assertEquals(503, answer.status());
                JsonObject problem = JsonParser.object().from(answer.text());
                assertTrue(problem.getString("detail").contains("a circle has no picture"), problem::toString);
                assertEquals(port, two.port());
            }
        }
    }

    @Test
    void twentyRelays_thatNobodyWatches_haveNoThreadAndNoConnection() throws Exception {
        try (ServerSocket far = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            far.setSoTimeout(300);
            CameraConfig[] relays = IntStream.range(0, 20)
                    .mapToObj(i -> relay("idle-" + i, "http://127.0.0.1:" + far.getLocalPort() + "/" + i))
                    .toArray(CameraConfig[]::new);
            try (PerchServer near = start("near", relays)) {
                assertEquals(200, near.get("").statusCode());
                assertEquals(
                        20,
                        JsonParser.object()
                                .from(near.get("stats").body())
                                .getArray("cameras")
                                .size());
                assertEquals(List.of(), threads("idle-"), "threads");
                assertThrows(SocketTimeoutException.class, far::accept);
            }
        }
    }

    @Test
    void lastViewerLeaves_endsThreadAndConnection() throws Exception {
        try (PerchServer far = demo()) {
            CameraConfig relay = relay("brief", far.address("demo/stream.mp4"));
            relay = relay.with(new CameraConfig.Running(
                    CameraConfig.Run.ON_DEMAND, Duration.ZERO, Duration.ZERO, OptionalLong.empty()));
            try (PerchServer near = start("near", relay)) {
                times(near, "brief");
                Await.until(10, () -> threads("brief-relay").isEmpty(), () -> "threads=" + threads("brief-"));
                Await.until(10, () -> viewers(far) == 0, () -> "viewers=" + viewers(far));
            }
        }
    }

    private static int viewers(PerchServer server) {
        try {
            return JsonParser.object()
                    .from(server.get("stats").body())
                    .getObject("viewers")
                    .getInt("now");
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private static List<String> threads(String part) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("perch-") && name.contains(part) && !name.contains("pump"))
                .toList();
    }
}
