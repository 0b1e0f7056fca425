package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Action;
import dev.perch.access.Links;
import dev.perch.access.UserFile;
import dev.perch.camera.CameraState;
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
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.PerchServer;
import dev.perch.testing.RtmpGuest;
import dev.perch.testing.TestCameras;
import dev.perch.testing.TestUsers;
import dev.perch.testing.WebSocketClient;
import dev.perch.web.answer.Route;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route of a program with users, asked by HTTP and WebSocket by everybody who may come: the rows are the program's own routes. */
class AccessMatrixTest {
    private static final Set<Action> WATCHES = EnumSet.of(
            Action.GREET, Action.WATCH, Action.LISTEN, Action.METRICS, Action.HEALTH, Action.REPLAY, Action.EXPORT);
    private static final Set<Action> SEES = EnumSet.of(Action.GREET, Action.WATCH, Action.METRICS, Action.HEALTH);

    /** Everybody comes from this machine here, and is told whether all is well. */
    private static final Set<Action> GREETED = EnumSet.of(Action.GREET, Action.HEALTH);

    private static final Set<Action> OPERATES = EnumSet.complementOf(EnumSet.of(Action.PUBLISH));

    private static final String PUBLISH_KEY = "bring-it";

    /** What each may do with camera back, and with the program as a whole. */
    private record Row(String who, String header, Set<Action> withBack, Set<Action> withAll) {}

    private static final List<Row> ROWS = List.of(
            new Row("nobody", "Accept: */*", EnumSet.of(Action.GREET), GREETED),
            new Row("viewer", basic("ann:correct horse"), WATCHES, WATCHES),
            new Row("watcher", basic("wes:correct horse"), SEES, SEES),
            new Row("viewer of back", basic("bea:correct horse"), WATCHES, WATCHES),
            new Row("viewer of front", basic("fay:correct horse"), EnumSet.of(Action.GREET), WATCHES),
            new Row("operator", basic("oda:correct horse"), OPERATES, OPERATES),
            new Row("operator of back", basic("ole:correct horse"), OPERATES, WATCHES),
            new Row(
                    "publisher",
                    basic("pia:correct horse"),
                    EnumSet.of(Action.GREET, Action.PUBLISH),
                    EnumSet.of(Action.GREET, Action.HEALTH, Action.PUBLISH)),
            new Row("operator's key", "X-Perch-Key: " + PerchServer.KEY, OPERATES, OPERATES),
            new Row("front's publish-key", "X-Perch-Key: " + PUBLISH_KEY, EnumSet.of(Action.GREET), GREETED),
            // last, for the address waits after it
            new Row("wrong password", basic("ann:wrong"), EnumSet.of(Action.GREET), GREETED));

    @TempDir
    private Path folder;

    private PerchServer server;
    private final AtomicReference<Site> site = new AtomicReference<>();

    @SuppressWarnings("NullAway.Init") // made before each test
    AccessMatrixTest() {}

    @BeforeEach
    void start() throws Exception {
        Path users = folder.resolve("users");
        UserFile file = UserFile.empty();
        for (String user : List.of(
                "ann viewer",
                "wes watcher",
                "bea viewer@back",
                "fay viewer@front",
                "oda operator",
                "ole operator@back",
                "pia publisher")) {
            file = file.with(TestUsers.user(user.substring(0, 3), 1, user.substring(4), "correct horse"));
        }
        file.write(users);
        Path config = folder.resolve("perch.yml");
        Files.writeString(config, "access: {users: " + users + "}\ncameras: {front: {demo: true}}\n");
        AccessConfig access = PerchConfig.load(config).access().orElseThrow();
        ArenaPool pool = TestCameras.pool(64 << 20);
        Map<CameraConfig, Source> cameras = new LinkedHashMap<>();
        CameraConfig published = CameraConfig.defaults(
                "front", new SourceConfig.Publish(PUBLISH_KEY, /* replace= */ true, Duration.ofSeconds(1)));
        for (CameraConfig camera : List.of(published, TestCameras.demo("back"))) {
            cameras.put(camera, Sources.of(camera, List.of(), pool));
        }
        server = PerchServer.siteOf(cameras, pool)
                .access(access)
                .onSite(site::set)
                .startInPlainTomcat();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String basic(String text) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Where a camera is published to, each camera has that address; one with a source of its own answers 409 there to who gets so far. */
    private int status(Route route, String header) throws IOException {
        try (Answer answer = answer(route, header)) {
            String what = route.method() + " " + route.path() + ": " + answer.headers();
            if (answer.status() != 101) {
                assertEquals("nosniff", answer.header("X-Content-Type-Options"), what);
                assertEquals("same-origin", answer.header("Referrer-Policy"), what);
            }
            if (answer.header("Content-Type").startsWith("text/html")) {
                assertTrue(answer.header("Content-Security-Policy").contains("frame-ancestors"), what);
                assertTrue(answer.header("Permissions-Policy").contains("camera=()"), what);
            }
            return answer.status();
        }
    }

    private Answer answer(Route route, String header) throws IOException {
        String path = route.path()
                .replace(Route.RENDITION, "/back")
                .replace(Route.CAMERA, "/back")
                .replace(Route.COMMAND, "/?action=command")
                .replace("*", "index.m3u8");
        String[] headers =
                route.path().endsWith("/ws") ? WebSocketClient.handshake() : new String[] {"Content-Type: text/plain"};
        String[] all = new String[headers.length + 2];
        System.arraycopy(headers, 0, all, 2, headers.length);
        all[0] = header;
        all[1] = route.takesBody() ? "Content-Length: 0" : "Accept-Language: en";
        String method = route.method().equals("GET")
                        && !route.path().endsWith("/ws")
                        && !route.path().endsWith(Route.COMMAND)
                ? "HEAD"
                : route.method();
        Socket socket = Answer.ask(server.port(), method, "/cams" + path, "1.1", all);
        try {
            socket.setSoTimeout(60_000); // a window of segments begins with a camera, on a machine that may be busy
            return Answer.of(socket);
        } catch (SocketTimeoutException | EOFException none) {
            throw new AssertionError(method + " " + path + " is not answered to " + header, none);
        }
    }

    @Test
    void everyRoute_answersThoseWhoMay_andNobodyElse() throws Exception {
        for (Row row : ROWS) {
            for (Route route : Objects.requireNonNull(site.get()).routes().all()) {
                if (route.path().equals("/login") && route.takesBody()) {
                    continue; // answers 403 itself, to a form without a user
                }
                boolean ofCamera = route.path().startsWith(Route.CAMERA);
                boolean may = (ofCamera ? row.withBack() : row.withAll()).contains(route.action());
                int status = status(route, row.header());
                boolean let = status != 401 && status != 403 && status != 429;
                assertEquals(may, let, row.who() + " at " + route.method() + " " + route.path() + ": " + status);
            }
        }
    }

    /** RTMP has one address a camera, and two actions there: back is played, front is published to. Names and passwords have no place in it. */
    @Test
    void rtmp_letsPlayAndPublish_thoseWhoMay_andNobodyElse() throws Exception {
        Links links = Objects.requireNonNull(site.get()).access().links();
        String query = "?link=";
        Links.Link taken = links.make("back", Set.of(Action.WATCH), Optional.empty(), 3600);
        links.revoke("back", taken.id());
        Map<String, Set<Action>> rows = new LinkedHashMap<>();
        rows.put("", EnumSet.noneOf(Action.class));
        rows.put("?user=ann&password=correct%20horse", EnumSet.noneOf(Action.class));
        rows.put("?key=" + PerchServer.KEY, EnumSet.of(Action.WATCH));
        rows.put("?key=" + PUBLISH_KEY, EnumSet.of(Action.PUBLISH));
        rows.put("/" + PUBLISH_KEY, EnumSet.of(Action.PUBLISH));
        rows.put("?key=wrong", EnumSet.noneOf(Action.class));
        rows.put(query + token(links, "back", Action.WATCH), EnumSet.of(Action.WATCH));
        rows.put(query + token(links, "back", Action.REPLAY), EnumSet.noneOf(Action.class));
        rows.put(query + token(links, "front", Action.WATCH), EnumSet.noneOf(Action.class));
        rows.put(query + links.token(taken), EnumSet.noneOf(Action.class));
        rows.put(query + "forged", EnumSet.noneOf(Action.class));
        try (RtmpPort port = rtmp()) {
            for (Map.Entry<String, Set<Action>> row : rows.entrySet()) {
                try (RtmpGuest player = RtmpGuest.playing(port.number(), "back" + row.getKey());
                        RtmpGuest publisher = RtmpGuest.publishing(port.number(), "front" + row.getKey())) {
                    boolean plays = player.letIn();
                    assertEquals(row.getValue().contains(Action.WATCH), plays, row + ": " + player.refusal());
                    boolean publishes = publisher.letIn();
                    assertEquals(row.getValue().contains(Action.PUBLISH), publishes, row + ": " + publisher.refusal());
                    assertNotEquals(plays, !player.refusal().isEmpty(), "a refusal has its words");
                    assertFalse(player.refusal().contains(PerchServer.KEY)
                            || publisher.refusal().contains(PUBLISH_KEY));
                }
            }
        }
    }

    private RtmpPort rtmp() throws IOException {
        return RtmpPort.open(
                "127.0.0.1",
                /* number= */ 0,
                /* tls= */ null,
                Objects.requireNonNull(site.get()).served(new MemoryBudget(8 << 20, "heap")));
    }

    private static String token(Links links, String camera, Action action) throws Exception {
        return links.token(links.make(camera, Set.of(action), Optional.empty(), 3600));
    }

    @Test
    void whoMayWatchOneCamera_isToldOfNoOther() throws Exception {
        Pattern other = Pattern.compile("\\bfront\\b");
        int told = 0;
        for (Route route : Objects.requireNonNull(site.get()).routes().all()) {
            if (route.path().startsWith(Route.CAMERA)
                    || !route.action().watches()
                    || !route.method().equals("GET")
                    || route.path().endsWith("/ws")) {
                continue;
            }
            String path = "/cams" + route.path();
            for (String accepted : List.of("application/json", "text/html")) {
                String bea = text(path, accepted, basic("bea:correct horse"));
                assertFalse(other.matcher(bea).find(), path + ": " + bea);
                told += other.matcher(text(path, accepted, basic("ann:correct horse")))
                                .find()
                        ? 1
                        : 0;
            }
        }
        assertTrue(told >= 6, "addresses that name every camera to who may know them: " + told);
    }

    @Test
    void publisherThatIsNoUserAnyMore_isToldSo() throws Exception {
        String pia = basic("pia:correct horse");
        Socket socket = Answer.ask(
                server.port(),
                "PUT",
                "/cams/front/publish",
                "1.1",
                pia,
                "Content-Type: video/h264",
                "Transfer-Encoding: chunked");
        socket.setSoTimeout(60_000);
        AtomicInteger sent = new AtomicInteger();
        Await.until(
                60,
                () -> sends(socket, sent) && live(),
                () -> "front is " + server.camera("front").state());
        Path users = folder.resolve("users");
        UserFile.read(users).without("pia").write(users);
        Await.until(60, () -> sends(socket, sent) && unknown(pia), () -> "pia may publish still");
        Objects.requireNonNull(site.get()).access().tend(System.nanoTime() + 31_000_000_000L);
        try (Answer answer = Answer.of(socket)) {
            assertEquals(409, answer.status());
            String told = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(told.contains("no user any more"), told);
        }
    }

    private boolean live() {
        return server.camera("front").state() instanceof CameraState.Live;
    }

    private boolean unknown(String header) {
        try (Answer answer = Answer.get(server.port(), "/cams/front/may", header)) {
            return answer.status() == 401;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Sends the demo's next picture as a chunk of the body. */
    private static boolean sends(Socket socket, AtomicInteger sent) {
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        for (ByteBuffer nal : DemoFrames.all()
                .accessUnit(sent.getAndIncrement() % DemoFrames.all().frames())) {
            byte[] bytes = new byte[nal.remaining()];
            nal.duplicate().get(bytes);
            picture.writeBytes(new byte[] {0, 0, 0, 1});
            picture.writeBytes(bytes);
        }
        try {
            OutputStream out = socket.getOutputStream();
            out.write((Integer.toHexString(picture.size()) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(picture.toByteArray());
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            return true;
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Back is the second of two cameras, which its number must not tell. */
    @Test
    void numberOfACamera_tellsOfNoOther() throws Exception {
        assertEquals(1, numberOfBack("ann"));
        assertTrue(numberOfBack("bea") >= 0x4000);
        assertEquals(numberOfBack("bea"), numberOfBack("bea"));
        assertTrue(text("/cams/program.json", "*/*", basic("ann:correct horse")).contains("\"back\""));
        assertFalse(
                text("/cams/program.json", "*/*", basic("bea:correct horse")).contains("\"1\""));
    }

    private int numberOfBack(String user) throws Exception {
        String[] handshake = WebSocketClient.handshake();
        String[] all = Arrays.copyOf(handshake, handshake.length + 1);
        all[handshake.length] = basic(user + ":correct horse");
        Socket socket = Answer.ask(server.port(), "GET", "/cams/back/ws", "1.1", all);
        socket.setSoTimeout(60_000);
        try (WebSocketClient client = WebSocketClient.of(socket)) {
            int told = client.nextButPings()
                    .json()
                    .getArray("cameras")
                    .getObject(0)
                    .getInt("camera");
            WebSocketClient.Frame frame = client.nextButPings();
            while (frame.opcode() == WebSocketClient.TEXT) {
                frame = client.nextButPings();
            }
            assertEquals(told, frame.message().camera());
            return told;
        }
    }

    private String text(String path, String accepted, String header) throws IOException {
        try (Answer answer = Answer.get(server.port(), path, header, "Accept: " + accepted, "Connection: close")) {
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void socketOfACameraThatNobodyPublishesTo_isAnsweredEachTime() throws Exception {
        for (int i = 0; i < 20; i++) {
            String[] handshake = WebSocketClient.handshake();
            String[] all = new String[handshake.length + 1];
            System.arraycopy(handshake, 0, all, 1, handshake.length);
            all[0] = basic("ann:correct horse");
            try (Answer answer = Answer.of(Answer.ask(server.port(), "GET", "/cams/front/ws", "1.1", all))) {
                assertEquals(101, answer.status(), "handshake " + i);
            }
        }
    }
}
