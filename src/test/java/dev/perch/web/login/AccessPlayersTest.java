package dev.perch.web.login;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonParser;
import dev.perch.access.UserFile;
import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Firefox;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Player;
import dev.perch.testing.TestUsers;
import dev.perch.testing.Tool;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs and browsers that show who they are: by name and password, by a link, by the login page. */
@Tag("players")
@Timeout(400)
class AccessPlayersTest {
    private static final int PATIENCE_SECONDS = 90;
    private static final String PASSWORD = "correct-horse";
    private static final String TAB = "\uE004"; // as WebDriver has it, also the next
    private static final String ENTER = "\uE007";
    private static final String PICTURE =
            ".stage canvas:not([data-still]), .stage video:not([data-first]), .stage img:not([data-first])";

    private static final String PLAY = Painted.READ + """
            const [library, root, done] = arguments;
            const video = Object.assign(document.createElement('video'), { id: 'player', muted: true, autoplay: true });
            window.told = [];
            document.body.replaceChildren(video);
            const script = document.createElement('script');
            script.src = root + '../static/players/' + (library === 'hls.js' ? 'hls.min.js' : 'dash.mediaplayer.min.js');
            script.onerror = () => done('no ' + script.src);
            script.onload = () => {
              if (library === 'hls.js') {
                const hls = new Hls({ lowLatencyMode: true });
                hls.on(Hls.Events.ERROR, (event, { details, error, response }) => told.push(`${details} ${error} ${response?.code}`));
                hls.loadSource(root + 'hls/index.m3u8');
                hls.attachMedia(video);
              } else {
                const player = dashjs.MediaPlayer().create();
                player.initialize(video, root + 'dash/manifest.mpd', true);
                player.on('error', ({ error }) => told.push(`${error.code} ${error.message}`));
              }
              done('');
            };
            document.head.append(script);
            """;

    @TempDir
    private Path work = Path.of("");

    private Path users;
    private PerchServer server;

    @SuppressWarnings("NullAway.Init") // made before each test
    AccessPlayersTest() {}

    @BeforeEach
    void start() throws Exception {
        users = work.resolve("users");
        writeUsers(1);
        Path file = Files.writeString(
                work.resolve("perch.yml"),
                "server: { port: 0, address: 127.0.0.1 }\naccess: { users: " + users
                        + " }\ncameras: { front: { demo: true } }\n");
        server = PerchServer.start(PerchConfig.load(file), Files.createDirectory(work.resolve("work")));
    }

    /** A raised number ends the cookies of before, as {@code perch user sign-out} does. */
    private void writeUsers(int number) throws Exception {
        UserFile.empty()
                .with(TestUsers.user("ann", number, "viewer", PASSWORD))
                .with(TestUsers.user("oda", 1, "operator", PASSWORD))
                .write(users);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Returns the address below which a new link reaches the camera. */
    private String link() throws Exception {
        String basic = Base64.getEncoder().encodeToString(("oda:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.address("front/links")))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{}"))
                .build();
        HttpResponse<String> made = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        assertEquals(201, made.statusCode(), made::body);
        return server.address(JsonParser.object().from(made.body()).getString("path"));
    }

    private String named() {
        return server.address("front/").replace("http://", "http://ann:" + PASSWORD + "@");
    }

    // ---- programs

    @ParameterizedTest
    @ValueSource(strings = {"name", "link"})
    void programs_play(String by) throws Exception {
        String root = by.equals("name") ? named() : link();
        boolean named = by.equals("name"); // which ffmpeg's DASH does not send on
        for (String path : List.of("stream.mp4?duration=1", "hls/index.m3u8")) {
            assertTrue(codecs(root + path).containsAll(List.of("h264", "aac")), path);
        }
        if (!named) {
            assertTrue(codecs(root + "dash/manifest.mpd").contains("h264"));
        }
        Path jpeg = work.resolve("snapshot.jpg");
        Tool.output("curl", "-fsS", "-o", jpeg.toString(), root + "snapshot.jpg");
        assertTrue(Files.size(jpeg) > 1000);
        Path mpv = work.resolve("mpv.y4m");
        Tool.output(("mpv --no-config --really-quiet --no-audio --length=2 --of=yuv4mpegpipe --ovc=wrapped_avframe --o="
                        + mpv + " " + root + "hls/index.m3u8")
                .split(" ", -1));
        assertTrue(Files.size(mpv) > 1_000_000, "mpv: " + Files.size(mpv));
        Path vlc = work.resolve("vlc.y4m");
        Player.vlc(work, vlc, "--run-time=6", root + (named ? "stream.mp4" : "hls/index.m3u8"));
        assertTrue(Files.exists(vlc) && Files.size(vlc) > 1_000_000, "VLC");
    }

    private static List<String> codecs(String address) throws Exception {
        return Tool.lines("ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", address);
    }

    // ---- browsers

    private static Browser open(String name) throws Exception {
        return name.equals("chromium") ? Chromium.window() : Firefox.window();
    }

    private static void awaitMotion(Browser browser, String selector) {
        Painted painted = Painted.watch(browser, selector);
        Await.until(
                PATIENCE_SECONDS,
                () -> painted.sights().size() > 5,
                () -> browser.name() + " shows no picture: "
                        + browser.run("return location.href + document.body.innerText + (window.told ?? '')"));
    }

    private static void awaitPage(Browser browser, String selector) {
        Await.until(
                PATIENCE_SECONDS,
                () -> Boolean.TRUE.equals(browser.run(
                        "return document.readyState === 'complete' && Boolean(document.querySelector(arguments[0]))",
                        selector)),
                () -> browser.name() + " has no " + selector + ": " + browser.run("return document.body.innerText"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void page_byLink_showsThePicture(String name) throws Exception {
        String root = link();
        try (Browser browser = open(name)) {
            browser.open(root + "?technique=mse"); // by a WebSocket
            awaitMotion(browser, PICTURE);
            assertEquals("mse", browser.run("return document.querySelector('.stage').dataset.technique"));
            assertEquals("", browser.run("return document.cookie"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hls.js", "dash.js"})
    void library_byLink_plays(String library) throws Exception {
        String root = link();
        try (Chromium browser = Chromium.window()) {
            browser.open(root + "../stats");
            browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(PATIENCE_SECONDS));
            assertEquals("", browser.driver().executeAsyncScript(PLAY, library, root));
            awaitMotion(browser, "#player");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void keyboardAlone_signsIn_andOut(String name) throws Exception {
        try (Browser browser = open(name)) {
            browser.open(server.address("front/?technique=mjpeg"));
            signIn(browser);
            awaitMotion(browser, PICTURE);
            assertEquals(server.address("front/?technique=mjpeg"), browser.run("return location.href"));
            for (int i = 0; !onLogOut(browser); i++) {
                assertTrue(i < 100, "no key leads to the button");
                browser.type(TAB);
            }
            browser.type(ENTER);
            awaitPage(browser, "#password");
            browser.open(server.address("front/"));
            signIn(browser);
            awaitPage(browser, ".leave");
            writeUsers(2); // everywhere
            Await.until(
                    PATIENCE_SECONDS,
                    () -> {
                        browser.open(server.address("front/"));
                        return Boolean.TRUE.equals(browser.run("return Boolean(document.querySelector('#password'))"));
                    },
                    () -> browser.name() + " is still signed in");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hls", "dash"})
    void signedIn_pagePlaysSegments(String technique) throws Exception {
        try (Chromium browser = Chromium.window()) {
            browser.open(server.address("front/?technique=" + technique));
            signIn(browser);
            awaitMotion(browser, ".stage video:not([data-first])");
            assertEquals(technique, browser.run("return document.querySelector('.stage').dataset.technique"));
        }
    }

    private static void signIn(Browser browser) {
        awaitPage(browser, "#password");
        Await.until(
                PATIENCE_SECONDS,
                () -> "user".equals(browser.run("return document.activeElement.id")),
                () -> "the name has not the focus");
        browser.type("ann" + TAB + PASSWORD + ENTER);
        awaitPage(browser, ".leave");
    }

    private static boolean onLogOut(Browser browser) {
        return Boolean.TRUE.equals(browser.run("return Boolean(document.activeElement.closest('.leave'))"));
    }
}
