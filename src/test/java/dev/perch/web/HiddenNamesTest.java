package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Action;
import dev.perch.access.UserFile;
import dev.perch.config.AccessConfig;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.config.SourceConfig;
import dev.perch.ingest.RtmpPort;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.Source;
import dev.perch.source.Sources;
import dev.perch.testing.Answer;
import dev.perch.testing.PerchServer;
import dev.perch.testing.RtmpGuest;
import dev.perch.testing.TestCameras;
import dev.perch.testing.TestUsers;
import dev.perch.testing.WebSocketClient;
import dev.perch.web.answer.Route;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever may not watch a camera is answered as if there were none of its name, at every route and by every method: qaab and qaac are asked for beside qaad, which is no camera. Front is the
 * first camera, which some may watch.
 */
class HiddenNamesTest {
    private static final String NONE = "qaad";
    private static final List<String> HIDDEN =
            List.of("qaab", "qaac"); // as long as the other: lengths are compared too
    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS");
    private static final String PASSWORD = ":correct horse";

    /** Addresses beside the routes' own; NAME is the camera. */
    private static final List<String> OTHERS = List.of(
            "/NAME/nothing",
            "/NAME/small/stream.mjpg",
            "/NAME/small/publish",
            "/NAME//",
            "/NAME/?action=stream",
            "/NAME/?action=stream_0",
            "/NAME/?action=snapshot_7",
            "/NAME/?action=command&plugin=0",
            "/api/stream.mp4?src=NAME",
            "/api/stream.m3u8?src=NAME",
            "/api/frame.jpeg?src=NAME",
            "/ws?cameras=NAME",
            "/ws?cameras=front,NAME",
            "/?cameras=NAME",
            "/api/streams?src=NAME",
            "/~forged/NAME/",
            "/~forged/NAME/stream.mjpg");

    @TempDir
    private Path folder;

    private final AtomicReference<Site> site = new AtomicReference<>();
    private @Nullable PerchServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private PerchServer start(String access, String ofFront, String ofHidden) throws Exception {
        Path users = folder.resolve("users");
        UserFile file = UserFile.empty();
        for (String user : List.of("ann viewer", "fay viewer@front", "pia publisher@front", "oda operator@front")) {
            file = file.with(TestUsers.user(user.substring(0, 3), 1, user.substring(4), PASSWORD.substring(1)));
        }
        file.write(users);
        Path config = folder.resolve("perch.yml");
        Files.writeString(
                config,
                ((access.isEmpty() ? "" : "access: {" + access + "}\n") + "cameras:\n"
                                + "  front: {publish: true, publish-key: front-key" + ofFront + "}\n"
                                + "  qaab: {demo: true" + ofHidden + "}\n"
                                + "  qaac: {publish: true, publish-key: qaac-key" + ofHidden + "}\n")
                        .replace("USERS", users.toString()));
        AccessConfig rules = PerchConfig.load(config).access().orElse(AccessConfig.NONE);
        ArenaPool pool = TestCameras.pool(64 << 20);
        Map<CameraConfig, Source> cameras = new LinkedHashMap<>();
        for (CameraConfig camera : List.of(published("front"), TestCameras.demo("qaab"), published("qaac"))) {
            cameras.put(camera, Sources.of(camera, List.of(), pool));
        }
        PerchServer started = PerchServer.siteOf(cameras, pool)
                .access(rules)
                .onSite(site::set)
                .startInPlainTomcat();
        server = started;
        return started;
    }

    private static CameraConfig published(String id) {
        return CameraConfig.defaults(
                id, new SourceConfig.Publish(id + "-key", /* replace= */ true, Duration.ofSeconds(1)));
    }

    private static String basic(String user) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((user + PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    private Site site() {
        return Objects.requireNonNull(site.get());
    }

    /** Every path of a camera. */
    private Set<String> paths() {
        Set<String> paths = new LinkedHashSet<>();
        for (Route route : site().routes().all()) {
            if (route.path().startsWith(Route.CAMERA)) {
                assertNotEquals(Action.GREET, route.action(), "everybody may: " + route.path());
                paths.add(route.path()
                        .replace(Route.RENDITION, "/NAME")
                        .replace(Route.CAMERA + Route.COMMAND, "/NAME/?action=command")
                        .replace(Route.CAMERA, "/NAME")
                        .replace("*", "index.m3u8"));
            }
        }
        paths.addAll(OTHERS);
        return paths;
    }

    /** Returns all of an answer that a client sees but the time and the camera's name. */
    private static String seen(PerchServer asked, String method, String path, String name, String... headers)
            throws IOException {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("Connection: close");
        if (path.contains("/ws")) {
            all.remove("Connection: close");
            all.addAll(List.of(WebSocketClient.handshake()));
        }
        if (method.equals("PUT") || method.equals("POST") || method.equals("PATCH")) {
            all.add("Content-Type: application/json");
            all.add("Content-Length: 2");
        }
        try (Socket socket = Answer.ask(
                        asked.port(), method, "/cams" + path.replace("NAME", name), "1.1", all.toArray(String[]::new));
                Answer answer = Answer.of(socket)) {
            Map<String, String> told = new TreeMap<>(answer.headers());
            told.remove("date");
            boolean body = !method.equals("HEAD") && told.containsKey("content-length");
            return (answer.statusLine() + "\n" + told + "\n" + (body ? answer.text() : "")).replace(name, "NAME");
        }
    }

    private void assertHidden(PerchServer asked, String... headers) throws Exception {
        Set<Integer> statuses = new LinkedHashSet<>();
        for (String path : paths()) {
            for (String method : METHODS) {
                String none = seen(asked, method, path, NONE, headers);
                statuses.add(Integer.parseInt(none.substring(9, 12)));
                for (String name : HIDDEN) {
                    assertEquals(none, seen(asked, method, path, name, headers), method + " " + path + " of " + name);
                }
            }
        }
        assertTrue(statuses.size() > 1, "at least the answers to OPTIONS and to others differ: " + statuses);
    }

    private void assertHiddenByRtmp() throws Exception {
        try (RtmpPort port = RtmpPort.open(
                "127.0.0.1", /* number= */ 0, /* tls= */ null, site().served(new MemoryBudget(8 << 20, "heap")))) {
            for (String rest : List.of("", "?key=wrong", "?link=forged")) {
                for (boolean plays : new boolean[] {true, false}) {
                    String none = refusal(port, NONE + rest, plays);
                    for (String name : HIDDEN) {
                        assertEquals(none, refusal(port, name + rest, plays), name + rest + " plays=" + plays);
                    }
                }
            }
        }
    }

    private static String refusal(RtmpPort port, String name, boolean plays) throws Exception {
        try (RtmpGuest guest =
                plays ? RtmpGuest.playing(port.number(), name) : RtmpGuest.publishing(port.number(), name)) {
            assertEquals(false, guest.letIn(), name);
            return guest.refusal();
        }
    }

    @Test
    void withUsers_nobodyLearnsAName() throws Exception {
        PerchServer asked = start("users: USERS", "", "");
        assertHidden(asked);
        assertHidden(asked, "Accept: text/html", "User-Agent: Mozilla/5.0");
        assertHidden(asked, "X-Perch-Key: front-key", "Origin: https://elsewhere.example");
        assertHiddenByRtmp();
    }

    @Test
    void withUsers_thoseOfAnotherCamera_learnNoName() throws Exception {
        PerchServer asked = start("users: USERS", "", "");
        assertHidden(asked, basic("fay"));
        assertHidden(asked, basic("fay"), "Accept: text/html");
        assertHidden(asked, basic("pia"));
        assertHidden(asked, basic("oda"), "Sec-Fetch-Site: cross-site");
    }

    @Test
    void linkOfAnotherCamera_tellsNoName() throws Exception {
        PerchServer asked = start("users: USERS", "", "");
        String token = site().access()
                .links()
                .token(site().access()
                        .links()
                        .make("front", Set.of(Action.WATCH, Action.REPLAY), Optional.empty(), 3600));
        for (String path : paths()) {
            if (path.startsWith("/NAME")) {
                String none = seen(asked, "GET", "/~" + token + path, NONE);
                assertEquals("403", none.substring(9, 12), path);
                assertEquals(none, seen(asked, "GET", "/~" + token + path, "qaab"), path);
            }
        }
    }

    @Test
    void listOfACameraItself_hidesIt_withUsersAndWithout() throws Exception {
        String list = ", access: {play: {deny: 127.0.0.1}, publish: {deny: 127.0.0.1}}";
        PerchServer asked = start("", "", list);
        assertHidden(asked);
        assertTrue(seen(asked, "GET", "/NAME/", NONE).contains("Cameras: front."));
        assertHiddenByRtmp();
        assertHidden(asked, "X-Perch-Key: wrong", "Accept: text/html");
        stop();
        PerchServer withUsers = start("users: USERS", "", list);
        assertHidden(withUsers);
        assertHidden(withUsers, basic("ann"));
        assertHiddenByRtmp();
    }

    @Test
    void listOfAll_hidesWhatHasNone_whereAnotherCamerasLetsIn() throws Exception {
        String list = "play: {deny: 127.0.0.1}";
        String open = ", access: {play: {allow: 127.0.0.1}}";
        PerchServer asked = start(list, open, "");
        assertHidden(asked);
        assertHiddenByRtmp();
        stop();
        PerchServer withUsers = start("users: USERS, " + list, open, "");
        assertHidden(withUsers);
        assertHidden(withUsers, basic("ann"));
        assertHidden(withUsers, basic("fay"), "Accept: text/html");
    }

    @Test
    void onesWhoComeFromFarAway_learnNoName() throws Exception {
        PerchServer asked = start("", "", "");
        assertHidden(asked, "X-Forwarded-For: 203.0.113.9");
        assertHidden(asked, "X-Forwarded-For: 203.0.113.9", "Accept: text/html", "X-Perch-Key: front-key");
    }

    /** In an open installation a name that was mistyped is answered with those that there are. */
    @Test
    void oneWhoMayWatchAll_isToldTheNames() throws Exception {
        PerchServer asked = start("", "", "");
        String none = seen(asked, "GET", "/NAME/stream.mjpg", NONE);
        assertTrue(none.contains(" 404 ") && none.contains("Cameras: front, qaab, qaac."), none);
        try (Answer answer = Answer.get(
                asked.port(), "/cams/ws?cameras=qaab,qaad", String.join("\r\n", WebSocketClient.handshake()))) {
            assertEquals(404, answer.status());
            assertTrue(answer.text().contains("Cameras: front, qaab, qaac."));
        }
    }

    /** Tools and people find the way in at every address, whether or not there is a camera. */
    @Test
    void nobody_isAskedForNameAndPassword_wherever() throws Exception {
        PerchServer asked = start("users: USERS", "", "");
        for (String name : List.of("qaab", "qaac", NONE)) {
            String program = seen(asked, "GET", "/NAME/stream.mjpg", name);
            assertTrue(
                    program.contains(" 401 ") && program.contains("www-authenticate=Basic realm=\"Perch\""), program);
            String person = seen(asked, "GET", "/NAME/", name, "Accept: text/html");
            assertTrue(person.contains(" 303 ") && person.contains("location=../login?to=NAME%2F"), person);
        }
    }

    /** The camera's name is asked about more than once, and name and password are wrong once. */
    @Test
    void wrongPassword_countsOnce_whateverIsAsked() throws Exception {
        PerchServer asked = start("users: USERS", "", "");
        String wrong = "Authorization: Basic "
                + Base64.getEncoder().encodeToString("ann:wrong".getBytes(StandardCharsets.UTF_8));
        for (String path : List.of("/qaab/controls", "/qaac/publish", "/qaad/publish", "/qaac/privacy")) {
            assertTrue(seen(asked, "PUT", path, NONE, wrong).contains(" 401 "), path);
        }
        assertTrue(seen(asked, "PUT", "/qaac/publish", NONE, wrong).contains(" 429 "));
    }
}
