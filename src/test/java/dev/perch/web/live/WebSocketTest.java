package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.perch.camera.Camera;
import dev.perch.config.AccessConfig;
import dev.perch.config.AddressRules;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import dev.perch.testing.WebSocketClient;
import dev.perch.testing.WebSocketClient.Frame;
import dev.perch.testing.WebSocketClient.Message;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames over a WebSocket: by Tomcat's socket, and by the servlet API's upgraded connections. */
@Execution(ExecutionMode.CONCURRENT)
class WebSocketTest {
    private static final DemoFrames DEMO = DemoFrames.all();
    private static final int FRAMES = 12;
    private static final int MORE_THAN_ALL_BUFFERS = 2_000_000;

    @TempDir
    Path work;

    private final ScriptedSource front = new ScriptedSource(PixelFormat.JPEG, PixelFormat.H264);
    private final ScriptedSource back = new ScriptedSource(PixelFormat.JPEG, PixelFormat.H264);
    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera frontCamera = TestCameras.camera("front", front, pool, OptionalLong.of(200_000));
    private final Camera backCamera = TestCameras.camera("back", back, pool, OptionalLong.of(200_000));

    private PerchServer start(String output) throws Exception {
        return PerchServer.of(pool, frontCamera, backCamera).output(output).start(work);
    }

    @AfterEach
    void everythingIsGivenBack() {
        Await.allGivenBack(pool);
        assertEquals(0, frontCamera.watchers() + backCamera.watchers());
    }

    private void awaitWatchers(int count) {
        Await.until(3, () -> frontCamera.watchers() == count, () -> "watchers=" + frontCamera.watchers());
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void jpegs_equalTheStreamsParts(String output) throws Exception {
        try (PerchServer server = start(output);
                WebSocketClient client = WebSocketClient.open(server.port(), "/front/ws");
                Socket asked = Answer.ask(server.port(), "GET", "/front/stream.mjpg", "1.1")) {
            JsonObject hello = client.nextButPings().json();
            assertEquals("cameras", hello.getString("type"));
            assertEquals("mjpg", hello.getString("format"));
            assertEquals("front", hello.getArray("cameras").getObject(0).getString("id"));
            front.awaitStart(1);
            awaitWatchers(2);
            front.jpeg(0, 0);
            MultipartBody parts = new MultipartBody(Answer.of(asked).body());
            for (int i = 0; i < FRAMES; i++) {
                MultipartBody.Part part = parts.next();
                Message message = client.message();
                assertEquals(part.jpeg(), message.payload());
                assertEquals(5 * i, DEMO.number(message.payload()));
                assertEquals(1, message.kind());
                assertEquals(1, message.flags() & 1);
                assertEquals(i, message.sequence());
                assertEquals(
                        part.header("X-Timestamp"),
                        String.format(
                                Locale.ROOT,
                                "%d.%06d",
                                message.capturedMicros() / 1_000_000,
                                message.capturedMicros() % 1_000_000));
                front.jpeg(5 * (i + 1), 0);
            }
        }
    }

    /** All payloads of one camera, one behind the other, are the body of the stream. */
    @ParameterizedTest
    @CsvSource({"sockets, h264", "servlet, h264", "sockets, mp4", "servlet, mp4"})
    void video_equalsTheStreamsBody(String output, String format) throws Exception {
        try (PerchServer server = start(output);
                WebSocketClient client = WebSocketClient.open(server.port(), "/front/ws?format=" + format);
                Socket asked = Answer.ask(server.port(), "GET", "/front/stream." + format, "1.1")) {
            front.awaitStart(1);
            awaitWatchers(2);
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            List<Integer> kinds = new ArrayList<>();
            for (int i = 0; i < FRAMES; i++) {
                front.accessUnit(i);
            }
            for (int i = 0; i < FRAMES + (format.equals("mp4") ? 1 : 0); i++) {
                Message message = client.message();
                body.write(message.payload().toArray());
                kinds.add(message.kind());
                boolean ofTheKeyFrame = i == 0 || (i == 1 && format.equals("mp4"));
                assertEquals(ofTheKeyFrame ? 1 : 0, message.flags() & 1, "i=" + i);
            }
            byte[] stream = Answer.of(asked).body().readNBytes(body.size());
            assertEquals(Bytes.copyOf(stream), Bytes.copyOf(body.toByteArray()));
            assertEquals(format.equals("mp4") ? List.of(4, 3, 3) : List.of(2, 2, 2), kinds.subList(0, 3));
        }
    }

    /** The texts come first, then frames of the configuration that they tell. */
    @Test
    void texts_tellCodecsAndSize_beforeTheFirstFrame_andWhyACameraIsAway() throws Exception {
        try (PerchServer server = start("sockets");
                WebSocketClient client = WebSocketClient.open(server.port(), "/ws?cameras=back,front&format=mp4")) {
            JsonObject hello = client.nextButPings().json();
            assertEquals(2, hello.getArray("cameras").size());
            assertEquals(1, hello.getArray("cameras").getObject(0).getInt("camera"));
            assertEquals("back", hello.getArray("cameras").getObject(0).getString("id"));
            assertTrue(hello.getArray("cameras").getObject(0).isNull("codecs"));
            front.awaitStart(1);
            front.accessUnit(0);
            JsonObject known = client.nextButPings().json();
            while (known.isNull("codecs")) {
                known = client.nextButPings().json();
            }
            assertEquals("camera", known.getString("type"));
            assertEquals(0, known.getInt("camera"));
            assertEquals("avc1.64001F", known.getString("codecs"));
            assertEquals("video/mp4; codecs=\"avc1.64001F\"", known.getString("mimeType"));
            assertEquals(640, known.getInt("width"));
            assertEquals(360, known.getInt("height"));
            assertEquals(4, client.message().kind());
            front.fail(CaptureException.Kind.ABSENT, "It was unplugged.");
            JsonObject news = known;
            while (!news.getString("state").equals("lost")) {
                Frame frame = client.nextButPings();
                news = frame.opcode() == WebSocketClient.TEXT ? frame.json() : news;
            }
            assertEquals("It was unplugged.", news.getString("reason"));
            front.awaitStart(2);
            front.accessUnit(30);
            assertEquals(2 | 1, client.message().flags(), "a key frame behind a gap");
        }
    }

    /** A lost camera is waited for, and does not keep the others from being shown. */
    @Test
    void aWall_goesOnWithoutALostCamera() throws Exception {
        try (PerchServer server = start("sockets");
                Socket asked = Answer.ask(server.port(), "GET", "/back/stream.mjpg", "1.1")) {
            back.awaitStart(1);
            back.fail(CaptureException.Kind.ABSENT, "It was unplugged.");
            assertEquals(503, Answer.of(asked).status());
            try (WebSocketClient client = WebSocketClient.open(server.port(), "/ws")) {
                front.awaitStart(1);
                front.jpeg(0, 0);
                Message first = client.message();
                assertEquals(0, first.camera());
                back.awaitStart(2);
                back.jpeg(5, 0);
                Message second = client.message();
                while ((second.flags() & 4) != 0) {
                    second = client.message(); // it showed a placeholder
                }
                assertEquals(1, second.camera());
                assertEquals(5, DEMO.number(second.payload()));
            }
        }
    }

    /** A client that does not keep up misses frames of the camera that sends many, and none of the one that sends few. */
    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void severalCameras_skipEachOnItsOwn_andHarmNoOther(String output) throws Exception {
        try (PerchServer server = start(output);
                Socket slow = new Socket();
                Socket asked = Answer.ask(server.port(), "GET", "/front/stream.mjpg", "1.1")) {
            slow.setReceiveBufferSize(4096);
            slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            Answer.send(slow, "GET", "/ws?cameras=front,back", "1.1", WebSocketClient.handshake());
            front.awaitStart(1);
            back.awaitStart(1);
            awaitWatchers(2);
            front.jpeg(0, 0);
            back.jpeg(0, 0);
            MultipartBody parts = new MultipartBody(Answer.of(asked).body());
            assertEquals(0, DEMO.number(parts.next().jpeg()));
            int sent = 1;
            for (int bytes = 0; bytes < MORE_THAN_ALL_BUFFERS; sent++) {
                int number = 5 * (sent % (DEMO.frames() / 5));
                front.jpeg(number, 0);
                bytes += DEMO.jpeg(number).size();
                assertEquals(number, DEMO.number(parts.next().jpeg()), "the other gets every frame");
            }
            back.jpeg(5, 0);
            try (WebSocketClient client = WebSocketClient.of(slow)) {
                List<Integer> ofFront = new ArrayList<>();
                List<Integer> ofBack = new ArrayList<>();
                while (ofBack.size() < 2 || ofFront.isEmpty() || ofFront.get(ofFront.size() - 1) < sent - 1) {
                    Message message = client.message();
                    (message.camera() == 0 ? ofFront : ofBack).add(message.sequence());
                    assertTrue(DEMO.number(message.payload()) >= 0, "each is whole");
                }
                assertEquals(List.of(0, 1), ofBack);
                assertTrue(ofFront.size() < sent / 2, () -> ofFront.toString());
                assertEquals(ofFront.stream().sorted().distinct().toList(), ofFront);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void pingsInPieces_areAnswered_andTheCloseToo(String output) throws Exception {
        try (PerchServer server = start(output);
                WebSocketClient client = WebSocketClient.open(server.port(), "/front/ws")) {
            front.awaitStart(1);
            assertEquals("cameras", client.nextButPings().json().getString("type"));
            byte[] ping = WebSocketClient.frame(0x80 | WebSocketClient.PING, ascii("who goes there"));
            client.sendRaw(ping);
            while (client.nextButPings().opcode() != WebSocketClient.PONG) {
                // a text about the camera
            }
            byte[] begin = WebSocketClient.frame(WebSocketClient.TEXT, ascii("what nobody"));
            byte[] end = WebSocketClient.frame(0x80, ascii(" reads"));
            for (byte[] part : List.of(ping, begin, WebSocketClient.frame(0x80 | WebSocketClient.PING), end)) {
                for (byte each : part) {
                    client.sendRaw(each);
                }
            }
            List<String> pongs = new ArrayList<>();
            while (!pongs.contains("")) {
                Frame frame = client.nextButPings();
                if (frame.opcode() == WebSocketClient.PONG) {
                    pongs.add(new String(frame.payload().toArray(), StandardCharsets.US_ASCII));
                }
            }
            assertEquals("", pongs.get(pongs.size() - 1), "the last one's");
            client.send(WebSocketClient.CLOSE, (byte) 0x0B, (byte) 0xB8);
            Frame last = client.nextButPings();
            while (last.opcode() != WebSocketClient.CLOSE) {
                last = client.nextButPings();
            }
            assertEquals(3000, last.closeCode());
            assertTrue(client.atEnd());
            awaitWatchers(0);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void whatBreaksTheProtocol_isClosedWithItsCode(String output) throws Exception {
        byte[] tooLong = WebSocketClient.frame(0x82, new byte[5000]);
        try (PerchServer server = start(output)) {
            assertEquals(1002, codeFor(server, (byte) 0x81, (byte) 1, (byte) 'x'), "not masked");
            assertEquals(1009, codeFor(server, tooLong), "too long");
            assertEquals(1002, codeFor(server, WebSocketClient.frame(0x83)), "no such opcode");
        }
    }

    private int codeFor(PerchServer server, byte... sent) throws Exception {
        try (WebSocketClient client = WebSocketClient.open(server.port(), "/front/ws")) {
            awaitWatchers(1);
            client.sendRaw(sent);
            Frame frame = client.next();
            while (frame.opcode() != WebSocketClient.CLOSE) {
                frame = client.next();
            }
            assertTrue(client.atEnd());
            awaitWatchers(0);
            return frame.closeCode();
        }
    }

    /** No frame comes, so only the heartbeat shows that it is gone. */
    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void aGoneClient_isNoticed(String output) throws Exception {
        try (PerchServer server = start(output);
                WebSocketClient client = WebSocketClient.open(server.port(), "/front/ws")) {
            Frame frame = client.next();
            while (frame.opcode() != WebSocketClient.PING) {
                frame = client.next();
            }
            client.reset();
            awaitWatchers(0);
        }
    }

    @Test
    void theProgramsEnd_isToldToTheClient() throws Exception {
        PerchServer server = start("sockets");
        try (WebSocketClient client = WebSocketClient.open(server.port(), "/front/ws")) {
            awaitWatchers(1);
            client.next();
            server.close();
            Frame frame = client.next();
            while (frame.opcode() != WebSocketClient.CLOSE) {
                frame = client.next();
            }
            assertEquals(1001, frame.closeCode());
        }
    }

    @Test
    void badHandshakes_areToldWhatIsAccepted() throws Exception {
        try (PerchServer server = start("sockets")) {
            assertRefused(server, "/ws", 426, "Upgrade: websocket");
            assertRefused(server, "/front/ws", 426, "Upgrade: websocket", without("Connection"));
            assertRefused(server, "/ws", 426, "Sec-WebSocket-Version: 13", without("Sec-WebSocket-Version"));
            assertRefused(server, "/ws", 426, "16 bytes in Base64", without("Sec-WebSocket-Key"));
            assertRefused(server, "/ws?format=avi", 400, "mjpg, h264, mp4", WebSocketClient.handshake());
            assertRefused(server, "/ws?rendition=large", 400, "rendition is one of main", WebSocketClient.handshake());
            assertRefused(server, "/ws?fps=fast", 400, "frames a second", WebSocketClient.handshake());
            assertRefused(
                    server,
                    "/ws?cameras=front,side",
                    404,
                    "There is no camera side. Cameras: front, back",
                    WebSocketClient.handshake());
        }
    }

    /** The address of all cameras is none of any camera: it shows no more than the cameras' own addresses do. */
    @Test
    void camerasOwnList_countsAmongAllCameras_too() throws Exception {
        AddressRules nobody = new AddressRules(List.of(new AddressRules.Rule(false, /* all= */ true, List.of())));
        AccessConfig access = new AccessConfig(
                Optional.empty(),
                /* containerUsers= */ false,
                Optional.empty(),
                Optional.empty(),
                new AccessConfig.Lists(Optional.empty(), Optional.empty()),
                Map.of("back", new AccessConfig.Lists(Optional.of(nobody), Optional.empty())));
        try (PerchServer server =
                PerchServer.of(pool, frontCamera, backCamera).access(access).start(work)) {
            assertRefused(server, "/back/ws", 404, "nothing at back/ws. Cameras: front.", WebSocketClient.handshake());
            assertRefused(
                    server,
                    "/ws?cameras=front,back",
                    404,
                    "no camera back. Cameras: front.",
                    WebSocketClient.handshake());
            try (WebSocketClient client = WebSocketClient.open(server.port(), "/ws")) {
                JsonArray shown = client.nextButPings().json().getArray("cameras");
                assertEquals(1, shown.size());
                assertEquals("front", shown.getObject(0).getString("id"));
            }
        }
    }

    private static String[] without(String header) {
        return java.util.Arrays.stream(WebSocketClient.handshake())
                .filter(line -> !line.startsWith(header))
                .toArray(String[]::new);
    }

    private static void assertRefused(PerchServer server, String target, int status, String sentence, String... headers)
            throws Exception {
        try (Answer answer = Answer.get(server.port(), target, headers)) {
            assertEquals(status, answer.status(), target);
            String text = answer.text();
            assertTrue(text.replace("\\\"", "").contains(sentence), text);
            assertEquals(status == 426 ? "13" : "", answer.header("Sec-WebSocket-Version"));
        }
    }
}
