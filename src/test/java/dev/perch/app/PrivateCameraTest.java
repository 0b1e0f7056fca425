package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.media.Bytes;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.NalUnits;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A camera that an operator makes private while it is watched. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class PrivateCameraTest {
    private static final DemoFrames DEMO = DemoFrames.all();
    private static final int PATIENCE_SECONDS = 30;

    @TempDir
    Path work;

    @Test
    void switchedOffAndOnAgain_viewersStay_andNoAnswerHasAnythingOfTheRealPicture() throws Exception {
        try (PerchServer server = PerchServer.start(config(), work);
                Answer mjpeg = Answer.get(server.port(), "/front/stream.mjpg");
                Answer annexB = Answer.get(server.port(), "/front/stream.h264")) {
            MultipartBody images = new MultipartBody(mjpeg.body());
            NalUnits.LiveStream video = new NalUnits.LiveStream(annexB.body());
            DEMO.number(images.next().jpeg());
            DEMO.number(video.next());
            Await.until(PATIENCE_SECONDS, () -> segments(server).size() >= 2, () -> playlist(server));

            HttpResponse<String> put = server.put("/front/privacy", "{\"private\": true}");
            assertEquals(200, put.statusCode(), put.body());
            assertTrue(json(put.body()).getBoolean("private"), put.body());
            long askedMillis = System.currentTimeMillis();
            for (String segment : named(playlist(server), "#EXT-X-GAP\n(?:#.*\n)*([^#].*)")) { // the real ones
                assertEquals(404, server.get("/front/hls/" + segment).statusCode(), segment);
            }
            Await.until(PATIENCE_SECONDS, () -> !segments(server).isEmpty(), () -> playlist(server));
            for (String segment : segments(server)) { // those of the card
                assertNothingReal(segment, bytes(server, "front/hls/" + segment));
            }
            assertNothingReal("snapshot", bytes(server, "front/snapshot.jpg"));
            assertNothingReal("small", bytes(server, "front/snapshot.jpg?max-age=60000"));
            MultipartBody.Part part = images.next();
            while (DEMO.holds(part.jpeg())) { // were sent before
                assertTrue(Double.parseDouble(part.header("X-Timestamp")) * 1000 < askedMillis, "a real picture");
                part = images.next();
            }
            for (int i = 0; i < 3; i++) {
                assertFalse(DEMO.holds(images.next().jpeg()), "a real picture");
            }
            List<ByteBuffer> unit = video.next();
            while (real(unit)) {
                unit = video.next();
            }
            for (int i = 0; i < 40; i++) {
                assertFalse(real(video.next()), "a real picture");
            }
            assertEquals("private", camera(server).getString("state"));
            assertTrue(camera(server).getObject("privacy").getBoolean("private"));
            assertEquals(200, server.get("/healthz").statusCode());
            assertEquals(503, server.get("/front/controls").statusCode());

            assertEquals(
                    200, server.put("/front/privacy", "{\"private\": false}").statusCode());
            while (!real(unit)) {
                unit = video.next();
            }
            while (!DEMO.holds(part.jpeg())) {
                part = images.next();
            }
        }
    }

    @Test
    void restarted_itIsPrivateFromTheBeginning_untilAnOperatorShowsIt() throws Exception {
        Path state = work.resolve("state");
        PerchConfig config = config().keptIn(state);
        try (PerchServer server = PerchServer.start(config, work.resolve("first"))) {
            JsonObject answer =
                    json(server.put("/front/privacy", "{\"private\": true}").body());
            assertTrue(answer.getBoolean("kept"), answer::toString);
            assertTrue(Files.exists(state.resolve("front.private")));
        }
        try (PerchServer server = PerchServer.start(config, work.resolve("second"))) {
            assertNothingReal("snapshot", bytes(server, "front/snapshot.jpg"));
            assertEquals("private", camera(server).getString("state"));
            server.put("/front/privacy", "{\"private\": false}");
            Await.until(
                    PATIENCE_SECONDS,
                    () -> DEMO.holds(Bytes.copyOf(bytes(server, "front/snapshot.jpg"))),
                    () -> "no real picture again");
        }
        try (PerchServer server = PerchServer.start(config, work.resolve("third"))) {
            assertFalse(json(server.get("/front/privacy").body()).getBoolean("private"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void recorded_pausesOrGoesOnWithTheCard_andNoFileHasTheRealPictureAfter(boolean card) throws Exception {
        Path files = work.resolve("files");
        String yaml = """
                server: { address: 127.0.0.1, port: 0, operator-key: %s }
                cameras:
                  front:
                    demo: true
                    record: { path: "%s" }
                    record-private: %s
                """.formatted(PerchServer.KEY, files.resolve("%F-%H-%M-%S.mp4"), card ? "card" : "pause");
        PerchConfig config = PerchConfig.load(Files.writeString(work.resolve("perch.yml"), yaml));
        try (PerchServer server = PerchServer.start(config, work.resolve("tomcat"))) {
            Await.until(PATIENCE_SECONDS, () -> total(files) > 200_000, () -> "nothing is recorded");
            assertEquals(
                    200, server.put("/front/privacy", "{\"private\": true}").statusCode());
            JsonObject recording = json(server.get("/front/recording").body());
            assertEquals(card, recording.getBoolean("recording"), recording::toString);
            long before = total(files);
            if (card) {
                Await.until(PATIENCE_SECONDS, () -> recorded(files).size() == 2, () -> "no file of the card");
                Await.until(PATIENCE_SECONDS, () -> total(files) > before + 8_000, () -> "nothing in it");
                assertNothingReal(
                        "the second file", Files.readAllBytes(recorded(files).get(1)));
            } else {
                Await.until(
                        PATIENCE_SECONDS,
                        () -> new String(bytes(server, "front/recording"), StandardCharsets.UTF_8)
                                .contains("\"state\":\"off\""),
                        () -> "still recording");
                assertEquals(1, recorded(files).size(), () -> "of " + before + " bytes");
            }
            assertEquals(
                    200, server.put("/front/privacy", "{\"private\": false}").statusCode());
            Await.until(PATIENCE_SECONDS, () -> recorded(files).size() == (card ? 3 : 2), () -> "not recorded again");
        }
    }

    /** A white picture, as a program prints it. */
    @Test
    void masked_isBlackInTheSnapshot_andNowhereElse() throws Exception {
        String yaml = """
                server: { address: 127.0.0.1, port: 0 }
                cameras:
                  front:
                    command: "tr '\\\\0' '\\\\377' </dev/zero"
                    format: GREY
                    size: 64x48
                    fps: 10
                    jpeg-encoder: imageio
                    mask: [16, 8, 16, 16, 48, 40, 100, 100]
                """;
        PerchConfig config = PerchConfig.load(Files.writeString(work.resolve("perch.yml"), yaml));
        try (PerchServer server = PerchServer.start(config, work.resolve("tomcat"))) {
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(bytes(server, "front/snapshot.jpg")));
            assertEquals(64, picture.getWidth());
            for (int y = 4; y < 48; y += 8) {
                for (int x = 4; x < 64; x += 8) {
                    boolean covered = (x > 16 && x < 32 && y > 8 && y < 24) || (x > 48 && y > 40);
                    int luma = picture.getRGB(x, y) & 0xff;
                    assertTrue(covered ? luma < 40 : luma > 200, "x=" + x + " y=" + y + ": " + luma);
                }
            }
        }
    }

    private static List<Path> recorded(Path folder) {
        try (Stream<Path> files = Files.list(Files.createDirectories(folder))) {
            return files.filter(file -> file.toString().endsWith(".mp4"))
                    .sorted()
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static long total(Path folder) {
        return recorded(folder).stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
    }

    @Test
    void put_ofSomethingElse_isRefused_andNothingIsSwitched() throws Exception {
        try (PerchServer server = PerchServer.start(config(), work)) {
            for (String body : List.of("", "[]", "{}", "{\"private\": 1}", "{\"private\": true, \"x\": 1}")) {
                HttpResponse<String> refused = server.put("/front/privacy", body);
                assertEquals(400, refused.statusCode(), body);
                assertTrue(refused.body().contains("accepted: {\\\"private\\\": true}"), refused.body());
            }
            JsonObject unchanged = json(server.get("/front/privacy").body());
            assertFalse(unchanged.getBoolean("private"));
            assertFalse(unchanged.getBoolean("kept"), "there is no folder");
        }
    }

    private static PerchConfig config() {
        CameraConfig camera = TestCameras.demo("front");
        return PerchServer.config(camera).withServer(new ServerConfig("127.0.0.1", 0, PerchServer.KEY));
    }

    private static boolean real(List<ByteBuffer> unit) {
        try {
            DEMO.number(unit);
            return true;
        } catch (AssertionError none) {
            return false;
        }
    }

    /** A film's access units, and each JPEG image, are searched for as they stand in the demo's file. */
    private static void assertNothingReal(String what, byte[] found) {
        assertFalse(DEMO.holds(Bytes.copyOf(found)), what);
        for (int number = 0; number < DEMO.frames(); number++) {
            for (ByteBuffer nal : DEMO.accessUnit(number)) {
                if (nal.remaining() > 64 && contains(found, nal)) {
                    throw new AssertionError(what + " has frame " + number);
                }
            }
        }
    }

    private static boolean contains(byte[] haystack, ByteBuffer nal) {
        int from = nal.position() + nal.remaining() / 2;
        for (int at = 0; at + 16 <= haystack.length; at++) {
            int same = 0;
            while (same < 16 && haystack[at + same] == nal.get(from + same)) {
                same++;
            }
            if (same == 16) {
                return true;
            }
        }
        return false;
    }

    private static byte[] bytes(PerchServer server, String path) {
        try {
            HttpResponse<InputStream> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(server.address(path)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(200, answer.statusCode(), path);
            return answer.body().readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private static String playlist(PerchServer server) {
        return new String(bytes(server, "front/hls/stream.m3u8"), StandardCharsets.UTF_8);
    }

    private static List<String> segments(PerchServer server) {
        List<String> all = new ArrayList<>(named(playlist(server), "(?m)^([^#].*)$"));
        all.removeAll(named(playlist(server), "#EXT-X-GAP\n(?:#.*\n)*([^#].*)"));
        return all;
    }

    private static List<String> named(String playlist, String form) {
        return Pattern.compile(form)
                .matcher(playlist)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private static JsonObject camera(PerchServer server) throws Exception {
        return json(server.get("/stats").body()).getArray("cameras").getObject(0);
    }

    private static JsonObject json(String text) throws JsonParserException {
        return JsonParser.object().from(text);
    }
}
