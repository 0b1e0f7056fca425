package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Grants;
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
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may watch and not listen gets the pictures of a camera with sound, and none of the sound, by each protocol of HTTP. */
class ListenTest {
    private static final String VIEWER = basic("ann:correct horse");
    private static final String WATCHER = basic("wes:correct horse");
    private static final int SOUND_FRAGMENT = 5; // docs/websocket.md
    private static final int MESSAGES = 60;

    @TempDir
    private Path folder;

    private PerchServer server;

    @SuppressWarnings("NullAway.Init") // made before each test
    ListenTest() {}

    @BeforeEach
    void start() throws Exception {
        Path users = folder.resolve("users");
        UserFile.empty()
                .with(UserFile.User.of("ann", 1, Grants.read("viewer").orElseThrow(), "correct horse"))
                .with(UserFile.User.of("wes", 1, Grants.read("watcher").orElseThrow(), "correct horse"))
                .write(users);
        Path file = folder.resolve("perch.yml");
        Files.writeString(file, "access: {users: " + users + "}\ncameras: {front: {demo: true}}\n");
        AccessConfig access = PerchConfig.load(file).access().orElseThrow();
        ArenaPool pool = TestCameras.pool(64 << 20);
        CameraConfig front = TestCameras.demo("front");
        Map<CameraConfig, Source> cameras = Map.of(front, Sources.of(front, List.of(), pool));
        server = PerchServer.siteOf(cameras, pool).access(access).startInPlainTomcat();
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

    private Set<Integer> kinds(String header) throws IOException {
        String[] handshake = WebSocketClient.handshake();
        String[] all = Arrays.copyOf(handshake, handshake.length + 1);
        all[handshake.length] = header;
        Set<Integer> kinds = new HashSet<>();
        try (WebSocketClient client =
                WebSocketClient.of(Answer.ask(server.port(), "GET", "/cams/front/ws?format=mp4", "1.1", all))) {
            for (int i = 0; i < MESSAGES; i++) {
                kinds.add(client.message().kind());
            }
        }
        return kinds;
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
