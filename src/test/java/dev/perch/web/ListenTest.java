package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.access.UserFile;
import dev.perch.config.AccessConfig;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.source.Source;
import dev.perch.source.Sources;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.TestUsers;
import dev.perch.testing.WebSocketClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who may watch and not listen gets the pictures of a camera with sound, and none of the sound, by each protocol of HTTP. */
@Execution(ExecutionMode.CONCURRENT)
class ListenTest {
    private static final String VIEWER = basic("ann:correct horse");
    private static final String WATCHER = basic("wes:correct horse");
    private static final int SOUND_FRAGMENT = 5; // docs/websocket.md
    private static final int MESSAGES = 60;

    @TempDir
    private Path folder;

    private Path users;
    private PerchServer server;
    private final AtomicReference<Site> site = new AtomicReference<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    ListenTest() {}

    @BeforeEach
    void start() throws Exception {
        users = folder.resolve("users");
        write("ann viewer");
        Path file = folder.resolve("perch.yml");
        Files.writeString(file, "access: {users: " + users + "}\ncameras: {front: {demo: true}}\n");
        AccessConfig access = PerchConfig.load(file).access().orElseThrow();
        ArenaPool pool = TestCameras.pool(64 << 20);
        CameraConfig front = TestCameras.demo("front");
        Map<CameraConfig, Source> cameras = Map.of(front, Sources.of(front, List.of(), pool));
        server = PerchServer.siteOf(cameras, pool)
                .access(access)
                .onSite(site::set)
                .startInPlainTomcat();
    }

    /** @param first the first of the two users, and what that one may */
    private void write(String first) throws IOException {
        List<String> words = List.of(first.split(" ", -1));
        UserFile.empty()
                .with(TestUsers.user(words.get(0), 1, words.get(1), "correct horse"))
                .with(TestUsers.user("wes", 1, "watcher", "correct horse"))
                .write(users);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String basic(String text) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private Answer get(String path, String header) throws IOException {
        Socket socket = Answer.ask(server.port(), "GET", "/cams" + path, "1.1", header, "Connection: close");
        socket.setSoTimeout(60_000); // a window of segments begins with a camera, on a machine that may be busy
        return Answer.of(socket);
    }

    private int status(String path, String header) throws IOException {
        try (Answer answer = get(path, header)) {
            return answer.status();
        }
    }

    private String text(String path, String header) throws IOException {
        try (Answer answer = get(path, header)) {
            assertEquals(200, answer.status(), () -> path + ": " + answer.headers());
            return new String(answer.body().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void liveStreams_leaveTheSoundOut() throws Exception {
        String asked = "/front/stream.mp4?audio=1&duration=1";
        assertTrue(text(asked, VIEWER).contains("mp4a"));
        String watched = text(asked, WATCHER);
        assertFalse(watched.contains("mp4a"));
        assertTrue(watched.contains("avc1"));
        int sounds = 4; // Adobe FLV v10.1 §E.2: TypeFlagsAudio
        assertEquals(sounds, text("/front/stream.flv?duration=1", VIEWER).charAt(4) & sounds);
        assertEquals(0, text("/front/stream.flv?duration=1", WATCHER).charAt(4) & sounds);
    }

    @Test
    void segments_areNotNamedAndRefused() throws Exception {
        Pattern segment = Pattern.compile("(?m)^([0-9a-f]{8}/)(\\d+)\\.m4s$");
        assertTrue(text("/front/hls/index.m3u8", VIEWER).contains("audio.m3u8"));
        assertFalse(text("/front/hls/index.m3u8", WATCHER).contains("TYPE=AUDIO"));
        for (String path : new String[] {"audio.m3u8", "av.m3u8"}) {
            Await.until(60, () -> segmentsOf(path, segment).find(), () -> path + " has no segment");
            Matcher named = segmentsOf(path, segment);
            assertTrue(named.find());
            String init = "/front/hls/" + named.group(1) + "init0.mp4";
            String whole = "/front/hls/" + named.group();
            assertEquals(403, status("/front/hls/" + path, WATCHER));
            assertEquals(403, status(init, WATCHER));
            assertEquals(403, status(whole, WATCHER));
            int beside = status(whole.replace("/hls/", "/dash/"), WATCHER); // DASH has no segments of both
            assertEquals(path.equals("audio.m3u8") ? 403 : 404, beside);
            assertEquals(200, status(init, VIEWER));
        }
        assertEquals(200, status("/front/hls/stream.m3u8", WATCHER));
        assertTrue(text("/front/dash/manifest.mpd", VIEWER).contains("mp4a"));
        assertFalse(text("/front/dash/manifest.mpd", WATCHER).contains("mp4a"));
    }

    private Matcher segmentsOf(String playlist, Pattern segment) {
        try {
            return segment.matcher(text("/front/hls/" + playlist, VIEWER));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Test
    void webSocket_sendsNoSound() throws Exception {
        assertTrue(kinds(VIEWER).contains(SOUND_FRAGMENT));
        assertFalse(kinds(WATCHER).contains(SOUND_FRAGMENT));
    }

    private WebSocketClient socket(String header, String query) throws IOException {
        String[] handshake = WebSocketClient.handshake();
        String[] all = Arrays.copyOf(handshake, handshake.length + 1);
        all[handshake.length] = header;
        Socket socket = Answer.ask(server.port(), "GET", "/cams/front/ws?format=mp4" + query, "1.1", all);
        socket.setSoTimeout(60_000);
        return WebSocketClient.of(socket);
    }

    private Set<Integer> kinds(String header) throws IOException {
        Set<Integer> kinds = new HashSet<>();
        try (WebSocketClient client = socket(header, "")) {
            for (int i = 0; i < MESSAGES; i++) {
                kinds.add(client.message().kind());
            }
        }
        return kinds;
    }

    /** What has sound ends, and comes without when it is asked for again; what has none goes on. */
    @Test
    void soundThatIsTakenAway_endsWhatHasIt_andNothingElse() throws Exception {
        try (Answer heard = get("/front/stream.mp4?audio=1", VIEWER);
                Answer seen = get("/front/stream.mp4?audio=0", VIEWER);
                WebSocketClient both = socket(VIEWER, "");
                WebSocketClient pictures = socket(VIEWER, "&audio=0")) {
            assertEquals(200, heard.status());
            assertEquals(200, seen.status());
            write("ann watcher");
            Await.until(20, () -> listens("no"), () -> "ann is a viewer still");
            Objects.requireNonNull(site.get()).access().tend(System.nanoTime() + 31_000_000_000L);
            byte[] some = new byte[1 << 16];
            while (heard.body().read(some) >= 0) {
                // what was under way
            }
            assertEquals(1008, closeCode(both));
            for (int i = 0; i < MESSAGES; i++) {
                assertTrue(seen.body().read(some) > 0);
                assertNotEquals(WebSocketClient.CLOSE, pictures.next().opcode());
            }
        }
        assertFalse(text("/front/stream.mp4?audio=1&duration=1", VIEWER).contains("mp4a"));
    }

    private boolean listens(String told) {
        try (Answer answer = get("/front/may", VIEWER)) {
            return told.equals(answer.header("X-Perch-Listen"));
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static int closeCode(WebSocketClient socket) throws IOException {
        WebSocketClient.Frame frame = socket.next();
        while (frame.opcode() != WebSocketClient.CLOSE) {
            frame = socket.next();
        }
        return frame.closeCode();
    }

    @Test
    void proxyIsTold_soThatItsCacheKeepsThemApart() throws Exception {
        for (String header : new String[] {VIEWER, WATCHER}) {
            try (Answer answer = get("/front/may", header)) {
                assertEquals(204, answer.status());
                assertEquals(header.equals(VIEWER) ? "yes" : "no", answer.header("X-Perch-Listen"));
            }
        }
        assertEquals(403, status("/front/clip.mp4", WATCHER));
    }

    /** The page tells by it what its viewer may not. */
    @Test
    void figures_tellWhatTheOneWhoAsksMay() throws Exception {
        assertEquals(List.of("watch", "listen", "replay", "export"), may(VIEWER));
        assertEquals(List.of("watch"), may(WATCHER));
        assertTrue(may("X-Perch-Key: " + PerchServer.KEY).containsAll(List.of("listen", "control", "record")));
    }

    private List<Object> may(String header) throws Exception {
        JsonObject stats = JsonParser.object().from(text("/stats", header));
        return List.copyOf(stats.getArray("cameras").getObject(0).getArray("may"));
    }

    @Test
    void link_listensWhereItSaysSo() throws Exception {
        assertTrue(text(link("{}") + "hls/index.m3u8", "Accept: */*").contains("audio.m3u8"));
        String silent = link("{\"actions\": [\"watch\"]}");
        assertFalse(text(silent + "hls/index.m3u8", "Accept: */*").contains("audio.m3u8"));
        assertEquals(403, status(silent + "hls/audio.m3u8", "Accept: */*"));
        assertFalse(
                text(silent + "stream.mp4?audio=1&duration=1", "Accept: */*").contains("mp4a"));
    }

    private String link(String body) throws Exception {
        Socket socket = Answer.ask(
                server.port(),
                "POST",
                "/cams/front/links",
                "1.1",
                "X-Perch-Key: " + PerchServer.KEY,
                "Content-Type: application/json",
                "Content-Length: " + body.length());
        socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
        try (Answer answer = Answer.of(socket)) {
            String text = answer.text();
            assertEquals(201, answer.status());
            Matcher path = Pattern.compile("\"path\":\"([^\"]+)\"").matcher(text);
            assertTrue(path.find());
            return "/" + path.group(1);
        }
    }
}
