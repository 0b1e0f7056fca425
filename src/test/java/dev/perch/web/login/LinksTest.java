package dev.perch.web.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.access.Action;
import dev.perch.access.Links;
import dev.perch.access.UserFile;
import dev.perch.config.AccessConfig;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.ingest.RtmpPort;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.DemoSource;
import dev.perch.source.Source;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.RtmpGuest;
import dev.perch.testing.TestCameras;
import dev.perch.testing.TestUsers;
import dev.perch.testing.WebSocketClient;
import dev.perch.web.Site;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed links, and streams that end when their viewers may watch no longer. */
class LinksTest {
    private static final String KEY = "X-Perch-Key: " + PerchServer.KEY;
    private static final String JSON = "Content-Type: application/json";

    @TempDir
    private Path folder;

    private Path users;
    private PerchServer server;
    private final AtomicReference<Site> site = new AtomicReference<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    LinksTest() {}

    @BeforeEach
    void start() throws Exception {
        users = folder.resolve("users");
        UserFile.empty()
                .with(TestUsers.user("xanthippe", 1, "viewer", "correct horse"))
                .write(users);
        Path file = folder.resolve("perch.yml");
        Files.writeString(
                file,
                "access: {users: " + users + ", links: " + folder.resolve("links")
                        + "}\ncameras: {front: {demo: true}}\n");
        server = start(PerchConfig.load(file).access().orElseThrow());
    }

    private PerchServer start(AccessConfig access) throws Exception {
        ArenaPool pool = TestCameras.pool(32 << 20);
        Map<CameraConfig, Source> cameras = new LinkedHashMap<>();
        for (String id : new String[] {"front", "back"}) {
            cameras.put(TestCameras.demo(id), new DemoSource(id, pool));
        }
        return PerchServer.siteOf(cameras, pool)
                .server(new ServerConfig("127.0.0.1", 0, PerchServer.KEY))
                .access(access)
                .onSite(site::set)
                .startInPlainTomcat();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    // ---- links

    private Answer make(String body, String... headers) throws IOException {
        String[] all = new String[headers.length + 1];
        System.arraycopy(headers, 0, all, 1, headers.length);
        all[0] = "Content-Length: " + body.length();
        Socket socket = Answer.ask(server.port(), "POST", "/cams/front/links", "1.1", all);
        socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
        return Answer.of(socket);
    }

    private JsonObject link(String body) throws Exception {
        try (Answer answer = make(body, KEY, JSON)) {
            String text = answer.text();
            assertEquals(201, answer.status(), text);
            return JsonParser.object().from(text);
        }
    }

    private static String path(JsonObject link) {
        return "/cams/" + link.getString("path");
    }

    private int status(String method, String target, String... headers) throws IOException {
        try (Socket socket = Answer.ask(server.port(), method, target, "1.1", headers);
                Answer answer = Answer.of(socket)) {
            return answer.status();
        }
    }

    private String text(String target) throws IOException {
        try (Answer answer = Answer.get(server.port(), target)) {
            String text = answer.text();
            assertEquals(200, answer.status(), target + " " + text);
            return text;
        }
    }

    /** As a player does: it knows the first address, and takes each other from what it reads. */
    @Test
    void link_reachesEverythingThatAPlayerAsksFor_withoutACookie() throws Exception {
        String root = path(link("{}"));
        for (String live : new String[] {"stream.mp4", "stream.h264", "stream.mjpg", "stream.flv", "snapshot.jpg"}) {
            assertEquals(200, status("GET", root + live), live);
            assertEquals(401, status("GET", "/cams/front/" + live), live);
        }
        String master = text(root + "hls/index.m3u8");
        String playlist = first("(?m)^[^#\\s]+\\.m3u8\\S*$", master);
        String media = text(root + "hls/" + playlist);
        String base = root + "hls/" + playlist.replaceFirst("[^/]*$", "");
        String init = first("(?<=EXT-X-MAP:URI=\")[^\"]+", media);
        assertFalse(init.startsWith("/") || init.contains("://"), init);
        assertEquals(200, status("GET", base + init), init);
        String segment = first("(?m)^[^#\\s]+\\.m4s$", media);
        assertEquals(200, status("GET", base + segment), segment);
        String part =
                first("(?<=EXT-X-PRELOAD-HINT:)[^\\n]*URI=\"[^\"]+", media).replaceFirst(".*URI=\"", "");
        assertEquals(200, status("GET", base + part), part);
        assertEquals(200, status("GET", root + "dash/manifest.mpd"));
        assertEquals(101, status("GET", root + "ws", WebSocketClient.handshake()));
        assertEquals(204, status("GET", root + "may"));
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), pattern + " in " + text);
        return matcher.group();
    }

    @Test
    void link_leadsNowhereElse_andTellsOfNothingElse() throws Exception {
        String root = path(link("{}"));
        String token = root.replaceFirst("front/$", "");
        assertEquals(403, status("GET", token + "back/stream.mjpg"));
        assertEquals(403, status("GET", token));
        assertEquals(403, status("GET", token + "ws", WebSocketClient.handshake()));
        assertEquals(403, status("GET", token + "metrics"));
        assertEquals(401, status("PUT", root + "controls", "Content-Length: 2"));
        assertEquals(401, status("GET", root + "links"));
        JsonObject stats = JsonParser.object().from(text(token + "stats"));
        assertEquals(1, stats.getArray("cameras").size());
        assertEquals("front", stats.getArray("cameras").getObject(0).getString("id"));
        String page = text(root);
        assertTrue(page.contains("href=\"compare\""), page);
        assertFalse(
                page.contains("href=\"../\"") || page.contains("system\"") || page.contains("rel=\"manifest\""), page);
    }

    @Test
    void alteredLink_isNone() throws Exception {
        String root = path(link("{}"));
        String token = root.substring("/cams/~".length(), root.length() - "/front/".length());
        for (int i = 0; i < token.length(); i += 5) {
            char other = token.charAt(i) == 'A' ? 'Q' : 'A';
            String forged = token.substring(0, i) + other + token.substring(i + 1);
            assertEquals(403, status("GET", "/cams/~" + forged + "/front/snapshot.jpg"), "at " + i);
        }
        assertEquals(401, status("GET", "/cams/~/front/snapshot.jpg"));
        assertEquals(403, status("GET", "/cams/~x/front/snapshot.jpg"));
    }

    @Test
    void link_countsFromItsAddressOnly_andForItsActionsOnly() throws Exception {
        assertEquals(403, status("GET", path(link("{\"address\": \"192.168.9.0/24\"}")) + "snapshot.jpg"));
        String here = path(link("{\"address\": \"127.0.0.0/8\"}"));
        assertEquals(200, status("GET", here + "snapshot.jpg"));
        assertEquals(403, status("GET", here + "snapshot.jpg", "X-Forwarded-For: 203.0.113.9"));
        assertEquals(403, status("GET", path(link("{\"actions\": [\"replay\"]}")) + "snapshot.jpg"));
    }

    @Test
    void links_areListedAndTakenBack_andOutliveTheProgram() throws Exception {
        JsonObject first = link("{\"seconds\": 3600}");
        JsonObject second = link("{}");
        try (Answer answer = Answer.get(server.port(), "/cams/front/links", KEY)) {
            JsonObject listed = JsonParser.object().from(answer.text());
            assertEquals(2, listed.getArray("links").size());
            assertEquals(
                    first.getString("id"), listed.getArray("links").getObject(0).getString("id"));
            assertFalse(listed.toString().contains(second.getString("path")));
        }
        assertEquals(404, status("DELETE", "/cams/back/links/" + first.getString("id"), KEY));
        assertEquals(401, status("DELETE", "/cams/front/links/" + first.getString("id")));
        assertEquals(204, status("DELETE", "/cams/front/links/" + first.getString("id"), KEY));
        assertEquals(403, status("GET", path(first) + "snapshot.jpg"));
        server.close();
        server = start(PerchConfig.load(folder.resolve("perch.yml")).access().orElseThrow());
        assertEquals(403, status("GET", path(first) + "snapshot.jpg"));
        assertEquals(200, status("GET", path(second) + "snapshot.jpg"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"seconds\": 5}",
                "{\"seconds\": 99999999999}",
                "{\"seconds\": \"long\"}",
                "{\"actions\": [\"control\"]}",
                "{\"actions\": []}",
                "{\"address\": \"home\"}",
            })
    void wrongWish_isNamed(String body) throws Exception {
        try (Answer answer = make(body, KEY, JSON)) {
            assertEquals(400, answer.status());
            assertTrue(answer.text().contains("accepted: a JSON object with"));
        }
    }

    @Test
    void pageOfElsewhere_makesNoLink_andNoFormDoes() throws Exception {
        try (Answer answer = make("{}", KEY, JSON, "Origin: https://evil.example")) {
            assertEquals(403, answer.status());
        }
        try (Answer answer = make("{}", KEY, "Content-Type: text/plain")) {
            assertEquals(400, answer.status());
        }
        try (Answer answer = make("{}", JSON)) {
            assertEquals(401, answer.status());
        }
    }

    // ---- what runs is asked about again

    private void halfAMinuteLater() {
        Objects.requireNonNull(site.get()).access().tend(System.nanoTime() + 31_000_000_000L);
    }

    private static void readToTheEnd(Answer answer) throws IOException {
        InputStream body = answer.body();
        byte[] some = new byte[1 << 16];
        while (body.read(some) >= 0) {
            // what was under way
        }
    }

    @Test
    void streamOfALinkThatWasTakenBack_ends_andOthersGoOn() throws Exception {
        JsonObject taken = link("{}");
        try (Answer stream = Answer.get(server.port(), path(taken) + "stream.mp4");
                Answer other = Answer.get(server.port(), "/cams/front/stream.mp4", KEY);
                WebSocketClient socket = WebSocketClient.open(server.port(), path(taken) + "ws")) {
            assertEquals(200, stream.status());
            socket.next();
            assertEquals(204, status("DELETE", "/cams/front/links/" + taken.getString("id"), KEY));
            halfAMinuteLater();
            readToTheEnd(stream);
            WebSocketClient.Frame frame = socket.nextButPings();
            while (frame.opcode() != WebSocketClient.CLOSE) {
                frame = socket.nextButPings();
            }
            assertEquals(1008, frame.closeCode());
            assertNotEquals(-1, other.body().read());
            Await.until(10, () -> departed() == 2, () -> "departed " + departed());
        }
    }

    @Test
    void playerByRtmp_isToldThatItsLinkWasTakenBack() throws Exception {
        Site open = Objects.requireNonNull(site.get());
        Links links = open.access().links();
        Links.Link taken = links.make("front", Set.of(Action.WATCH, Action.LISTEN), Optional.empty(), 600);
        Links.Link other = links.make("front", Set.of(Action.WATCH), Optional.empty(), 600);
        try (RtmpPort port = RtmpPort.open(
                        "127.0.0.1", /* number= */ 0, /* tls= */ null, open.served(new MemoryBudget(8 << 20, "heap")));
                RtmpGuest player = RtmpGuest.playing(port.number(), "front?link=" + links.token(taken));
                RtmpGuest stays = RtmpGuest.playing(port.number(), "front?link=" + links.token(other))) {
            assertTrue(player.letIn(), player.refusal());
            assertTrue(stays.letIn(), stays.refusal());
            assertTrue(links.revoke("front", taken.id()));
            halfAMinuteLater();
            String last = player.untilTheEnd();
            assertTrue(last.contains("The link has ended, was taken back"), () -> "the last bytes: " + last.length());
            Await.until(10, () -> departed() == 1, () -> "departed " + departed());
            try (RtmpGuest again = RtmpGuest.playing(port.number(), "front?link=" + links.token(taken))) {
                assertFalse(again.letIn());
            }
        }
    }

    private long departed() {
        try (Answer answer = Answer.get(server.port(), "/cams/stats", KEY)) {
            return JsonParser.object()
                    .from(answer.text())
                    .getObject("viewers")
                    .getObject("departures")
                    .getLong("notAllowed");
        } catch (Exception notNow) {
            return -1;
        }
    }

    @Test
    void streamOfARemovedUser_ends() throws Exception {
        String basic = "Authorization: Basic "
                + Base64.getEncoder().encodeToString("xanthippe:correct horse".getBytes(StandardCharsets.UTF_8));
        try (Answer stream = Answer.get(server.port(), "/cams/front/stream.mjpg", basic)) {
            assertEquals(200, stream.status());
            halfAMinuteLater();
            assertNotEquals(-1, stream.body().read());
            UserFile.read(users).without("xanthippe").write(users);
            Await.until(10, () -> status401(basic), () -> "still known");
            Objects.requireNonNull(site.get()).access().tend(System.nanoTime() + 62_000_000_000L);
            readToTheEnd(stream);
            assertEquals(1, departed());
        }
    }

    private boolean status401(String basic) {
        try {
            int status = status("GET", "/cams/front/may", basic);
            return status == 401 || status == 429;
        } catch (IOException notNow) {
            return false;
        }
    }

    /** What Perch tells to who may only watch has no path in it, and nobody's name. */
    @Test
    void figures_tellViewersNoPlaces() throws Exception {
        String basic = "Authorization: Basic "
                + Base64.getEncoder().encodeToString("xanthippe:correct horse".getBytes(StandardCharsets.UTF_8));
        for (String figures : new String[] {"/cams/stats", "/cams/metrics", "/cams/healthz"}) {
            try (Answer answer = Answer.get(server.port(), figures, basic)) {
                String text = answer.text();
                for (String secret : new String[] {"xanthippe", folder.toString(), PerchServer.KEY, "127.0.0.1"}) {
                    assertFalse(text.contains(secret), figures + " has " + secret);
                }
            }
        }
    }
}
