package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perch.access.UserFile;
import dev.perch.config.PerchConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Axe;
import dev.perch.testing.Chromium;
import dev.perch.testing.Gate;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.TestUsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;

/** What a page says when it cannot show its camera, the way out, and that it is taken without loading the page anew. */
@Tag("players")
@Timeout(300)
@Execution(ExecutionMode.SAME_THREAD)
class PageTroublePlayersTest {
    private static final double PATIENCE_SECONDS = 60;
    private static final String PICTURE = ".stage canvas:not([data-still]), .stage video:not([data-first])";

    /** What the browser of an installed page says of its window. */
    private static final String INSTALLED = """
            const ask = window.matchMedia.bind(window);
            window.matchMedia = query => (query === '(display-mode: standalone)' ? { matches: true } : ask(query));
            """;

    /** What a browser does that begins nothing by itself until somebody has touched the page. */
    private static final String NO_AUTOPLAY = """
            let touched = false; // a driver's script counts as a touch: navigator.userActivation does not tell
            addEventListener('pointerdown', event => { touched ||= event.isTrusted; }, { capture: true });
            const play = HTMLMediaElement.prototype.play;
            HTMLMediaElement.prototype.play = function () {
              if (touched) return play.call(this);
              return Promise.reject(new DOMException('play() failed', 'NotAllowedError'));
            };
            Object.defineProperty(HTMLMediaElement.prototype, 'autoplay', { get: () => false, set() {} });
            """;

    @TempDir
    static Path work;

    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        browser = Chromium.window();
        browser.driver().manage().window().setSize(new Dimension(1200, 1000));
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    private static Path folder(String name) throws IOException {
        return Files.createDirectories(work.resolve(name));
    }

    private static PerchServer server(String name, String yaml) throws Exception {
        Path file = Files.writeString(folder(name).resolve("perch.yml"), yaml);
        return PerchServer.start(PerchConfig.load(file), folder(name + "-work"));
    }

    private static String text(String selector) {
        return String.valueOf(browser.run("return document.querySelector(arguments[0])?.textContent.trim()", selector));
    }

    private static void awaitText(String expected, String selector) {
        Await.until(
                PATIENCE_SECONDS,
                () -> text(selector).contains(expected),
                () -> selector + " says " + text(selector) + " and not " + expected + ": " + page());
    }

    private static void click(String selector) {
        browser.driver().findElement(By.cssSelector(selector)).click();
    }

    /** A new version of Perch comes with new files: the page that was open takes them when the server is back. */
    @Test
    void newVersion_isTakenByThePageThatIsOpen() throws Exception {
        Path pages = folder("pages");
        try (Stream<Path> files = Files.walk(Path.of("webapp"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = pages.resolve(Path.of("webapp").relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.writeString(pages.resolve("static/tokens.css"), "\n:root { --another: 1; }\n", StandardOpenOption.APPEND);
        PerchConfig config = PerchServer.config(TestCameras.demo("front"));
        try (PerchServer old = PerchServer.start(config, folder("old"));
                PerchServer another = PerchServer.start(config, pages.toAbsolutePath(), folder("another"));
                Gate gate = new Gate(old.port(), /* upgrades= */ true)) {
            browser.open("http://127.0.0.1:" + gate.port() + "/front/");
            awaitPicture();
            browser.run("window.mine = true");
            gate.shut();
            awaitText("Perch does not answer", "[data-curtain]");
            gate.to(old.port());
            gate.open();
            awaitPicture();
            assertEquals(true, browser.run("return window.mine"), "the same version: nothing is loaded");
            gate.shut();
            awaitText("Perch does not answer", "[data-curtain]");
            gate.to(another.port());
            gate.open();
            await(
                    "the other version's style",
                    "return getComputedStyle(document.documentElement).getPropertyValue('--another').trim() === '1'");
            assertNull(browser.run("return window.mine"));
            awaitPicture();
        }
    }

    /** The pages behind a login: that it has ended is said, and who logs in anew is where he was. */
    @Test
    void loginThatHasEnded_isSaid_andLeadsBack() throws Exception {
        Path users = work.resolve("users");
        UserFile.empty()
                .with(TestUsers.user("ann", 1, "operator", "correct horse"))
                .write(users);
        try (PerchServer server = server(
                "login",
                "server: { port: 0, address: 127.0.0.1 }\naccess: { users: " + users
                        + " }\ncameras: { front: { demo: true } }\n")) {
            browser.open(server.address("front/?technique=mjpeg"));
            assertEquals(List.of(), Axe.flaws(browser), "the login page");
            logIn();
            awaitPicture();
            browser.command("Network.clearBrowserCookies", Map.of());
            awaitText("Your login has ended.", "[data-alarm]");
            click("[data-alarm] a");
            logIn();
            awaitPicture();
            assertEquals(server.address("front/?technique=mjpeg"), browser.run("return location.href"), "where he was");
            for (String scheme : List.of("dark", "light")) {
                browser.command(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
                for (String language : List.of("de-DE", "en-US")) {
                    speak(language);
                    for (String page : List.of("system/configuration", "login")) {
                        browser.open(server.address(page));
                        await(language, "return document.documentElement.lang === '" + language.substring(0, 2) + "'");
                        assertEquals(List.of(), Axe.flaws(browser), page + " in " + scheme + " " + language);
                    }
                }
            }
        }
    }

    private static void speak(String language) {
        Object agent = Objects.requireNonNull(browser.run("return navigator.userAgent"));
        browser.command("Emulation.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", language));
    }

    private static void logIn() {
        Await.until(
                PATIENCE_SECONDS,
                () -> !browser.driver().findElements(By.name("password")).isEmpty(),
                PageTroublePlayersTest::page);
        browser.driver().findElement(By.name("user")).sendKeys("ann");
        browser.driver().findElement(By.name("password")).sendKeys("correct horse", Keys.ENTER);
        Await.until(
                PATIENCE_SECONDS,
                () -> browser.driver().findElements(By.name("password")).isEmpty(),
                PageTroublePlayersTest::page);
    }

    /** One viewer is allowed, and there is one: the page says so with the numbers, and shows the picture when he has gone. */
    @Test
    void noRoom_isSaid_andTakenWhenThereIsSome() throws Exception {
        try (PerchServer server = server(
                "full",
                "server: { port: 0, address: 127.0.0.1, max-viewers: 1 }\ncameras: { front: { demo: true } }\n")) {
            try (Answer watching = Answer.get(server.port(), "/front/stream.mjpg")) {
                assertEquals(200, watching.status());
                browser.open(server.address("front/"));
                awaitText("This server has 1 viewer, and 1 is allowed at once", "[data-curtain]");
            }
            awaitPicture();
            assertEquals(true, browser.run("return document.querySelector('[data-curtain]').hidden"));
        }
    }

    /** A browser that begins nothing by itself shows where to press. */
    @Test
    void playThatIsRefused_isAskedFor() throws Exception {
        String script =
                String.valueOf(browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", NO_AUTOPLAY))
                        .get("identifier"));
        try (PerchServer server = PerchServer.start(PerchServer.config(TestCameras.demo("front")), folder("refused"))) {
            browser.open(server.address("front/?technique=mse"));
            await("a button to press", "return document.querySelector('[data-begin]').checkVisibility()");
            assertEquals("–", text("[data-told] [data-fact=rate]"));
            click("[data-begin]");
            awaitPicture();
            await("it moves", "return document.querySelector('[data-fact=rate]').textContent.endsWith(' fps')");
            assertEquals(true, browser.run("return document.querySelector('[data-begin]').hidden"));
        } finally {
            browser.command("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
        }
    }

    /** An installed page says that Perch does not answer, and keeps nothing of what cameras give (W3C Service Workers). */
    @Test
    void installed_serverAway_isSaid_andThePageGoesOnWhenItIsBack() throws Exception {
        String script = "";
        try (PerchServer server = PerchServer.start(PerchServer.config(TestCameras.demo("front")), folder("tomcat"));
                Gate gate = new Gate(server.port(), /* upgrades= */ true)) {
            String address = "http://127.0.0.1:" + gate.port() + "/";
            browser.open(address + "front/");
            awaitPicture();
            assertEquals(0L, browser.run("return navigator.serviceWorker.getRegistrations().then(all => all.length)"));
            script =
                    String.valueOf(browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", INSTALLED))
                            .get("identifier"));
            installOfAnotherVersion();

            browser.open(address + "front/");
            awaitPicture();
            await("the worker of this version", """
                    const worker = await navigator.serviceWorker.ready;
                    return worker.active.scriptURL === document.querySelector('script[type=module]').src.replace('perch.js', 'worker.js');
                    """);
            await("one cache", "return (await caches.keys()).length === 1");
            assertEquals(
                    List.of(
                            "offline.html",
                            "offline.js",
                            "page/tongue.js",
                            "page/tongues/de.js",
                            "perch.css",
                            "perch.svg",
                            "tokens.css"),
                    browser.run("""
                            const kept = await caches.open((await caches.keys())[0]);
                            return (await kept.keys()).map(({ url }) => url.replace(/.*\\/v\\.[0-9a-f]{8}\\//, '')).sort();
                            """),
                    "nothing else is kept, and no picture");
            assertEquals(address, browser.run("return (await navigator.serviceWorker.ready).scope"));

            gate.shut();
            browser.open(address + "front/");
            assertEquals("Perch does not answer.", browser.run("return document.querySelector('h1').textContent"));
            assertEquals("grid", browser.run("return getComputedStyle(document.querySelector('main')).display"));
            await("it counts", "return document.querySelector('[data-next]').textContent.startsWith('Trying')");
            assertNull(browser.run("return document.querySelector('.stage')"));
            assertEquals(
                    false,
                    browser.run("return fetch('snapshot.jpg').then(() => true, () => false)"),
                    "a picture is none of the cache");
            gate.open();
            awaitPicture();
            assertEquals(address + "front/", browser.run("return location.href"));
        } finally {
            browser.command("Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", script));
        }
    }

    /** A worker by the address of another version, as it stands in a browser from before an update. */
    private static void installOfAnotherVersion() {
        browser.run("""
                await navigator.serviceWorker.register('../static/v.00000000/worker.js', { scope: '../' });
                await navigator.serviceWorker.ready;
                await caches.open('perch another');
                """);
        await("the other version's", "return (await caches.keys()).length === 2");
    }

    private static void awaitPicture() {
        Await.until(PATIENCE_SECONDS, () -> Painted.number(browser, PICTURE) >= 0, () -> "no picture: " + page());
    }

    private static void await(String what, String script) {
        Await.until(PATIENCE_SECONDS, () -> Boolean.TRUE.equals(browser.run(script)), () -> what + ": " + page());
    }

    private static String page() {
        return String.valueOf(browser.run("return document.body.innerText.slice(0, 900)"));
    }
}
