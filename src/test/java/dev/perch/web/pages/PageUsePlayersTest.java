package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Axe;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Firefox;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.interactions.Actions;

/** The pages as somebody uses them who has read nothing: by pointer, keyboard and address, narrow and wide, dark and light, in German. */
@Tag("players")
@Timeout(240)
@Execution(ExecutionMode.SAME_THREAD)
class PageUsePlayersTest {
    private static final String PICTURE = ".stage canvas:not([data-still]), .stage video:not([data-first])";
    private static final List<String> PAGES = List.of("", "front/", "front/compare", "system");

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium chromium;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(PerchServer.config(TestCameras.demo("front"), TestCameras.demo("back")), work);
        chromium = Chromium.window();
        chromium.driver().manage().window().setSize(new Dimension(1600, 1800)); // what is out of sight does not move
    }

    @AfterAll
    static void stop() {
        chromium.close();
        server.close();
    }

    private static void open(Browser browser, String path) {
        browser.open("http://127.0.0.1:" + server.port() + "/" + path);
    }

    private static void awaitPicture(Browser browser) {
        Await.until(40, () -> Painted.number(browser, PICTURE) >= 0, () -> "no picture: " + text(browser, "body"));
    }

    private static String text(Browser browser, String selector) {
        return String.valueOf(browser.run("return document.querySelector(arguments[0])?.textContent.trim()", selector));
    }

    private static String value(String expression) {
        return String.valueOf(chromium.run("return " + expression));
    }

    private static void awaitValue(String expected, String expression) {
        Await.until(
                30,
                () -> expected.equals(value(expression)),
                () -> expression + " is " + value(expression) + " and not " + expected);
    }

    private static String technique() {
        return "document.querySelector('.stage').dataset.technique";
    }

    private static void click(String selector) {
        chromium.driver().findElement(By.cssSelector(selector)).click();
    }

    private static void press(CharSequence keys) {
        new Actions(chromium.driver()).sendKeys(keys).perform();
    }

    @Test
    void technique_isAnAddress_andOutlivesAReload() {
        open(chromium, "front/?technique=mjpeg");
        awaitValue("mjpeg", technique());
        awaitPicture(chromium);
        click("[data-menu] summary");
        click("[data-show=mse]");
        awaitValue("mse", technique());
        awaitValue("?technique=mse", "location.search");
        open(chromium, "front/");
        awaitValue("mse", technique());
        assertEquals("true", value("document.querySelector('[data-show=mse]').ariaPressed"));
        awaitPicture(chromium);
        awaitValue("MSE, as you chose.", "document.querySelector('[data-fact=why]').textContent");
        click("[data-menu] summary");
        click("[data-show=auto]");
        awaitValue("webcodecs", technique());
        open(chromium, "front/");
        awaitValue("webcodecs", technique());
    }

    /** Space, i, s and ? do what the page says that they do; a paused picture stands still and goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void keys_pauseAndGoOn_saveAndTell(String name) throws Exception {
        if (name.equals("chromium")) {
            use(chromium);
        } else {
            try (Firefox firefox = Firefox.window()) {
                use(firefox);
            }
        }
    }

    private static void use(Browser browser) {
        open(browser, "front/");
        awaitPicture(browser);
        key(browser, " ");
        Await.until(10, () -> held(browser), () -> "not paused");
        int still = Painted.number(browser, ".stage canvas, .stage video");
        assertEquals("Paused", text(browser, "[data-do=live] [data-live]"));
        browser.run("""
                window.saved = '';
                HTMLAnchorElement.prototype.click = function () { window.saved = this.download; };
                """);
        key(browser, "s");
        Await.until(10, () -> savedOf(browser).startsWith("front 2"), () -> "saved " + savedOf(browser));
        assertTrue(savedOf(browser).endsWith(".jpg"), () -> savedOf(browser));
        assertEquals(still, Painted.number(browser, ".stage canvas, .stage video"), "it stands still");
        key(browser, " ");
        Await.until(
                20,
                () -> !held(browser)
                        && Painted.number(browser, PICTURE) >= 0
                        && Painted.number(browser, PICTURE) != still,
                () -> "it does not go on");
        key(browser, " ");
        Await.until(10, () -> held(browser), () -> "not paused again");
        key(browser, "l");
        Await.until(
                20,
                () -> !held(browser) && Painted.number(browser, PICTURE) >= 0,
                () -> "no live picture after a pause");
        assertEquals("Live", text(browser, "[data-do=live] [data-live]"));
        key(browser, "i");
        Await.until(
                10,
                () -> text(browser, "[data-told] [data-fact=rate]").endsWith(" fps")
                        && text(browser, "[data-told] [data-fact=data]").endsWith(" kbit/s"),
                () -> text(browser, "[data-told]"));
        key(browser, "?");
        assertEquals(true, browser.run("return document.querySelector('[data-keys]').open"));
    }

    private static String savedOf(Browser browser) {
        return String.valueOf(browser.run("return window.saved"));
    }

    private static boolean held(Browser browser) {
        return Boolean.TRUE.equals(
                browser.run("return document.querySelector('[data-screen]').hasAttribute('data-held')"));
    }

    private static void key(Browser browser, String key) {
        browser.run(
                "document.body.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[0], bubbles: true, cancelable: true }))",
                key);
    }

    /** Seconds after the window has them, the picture of some seconds ago is there, and the live one again after it. */
    @Test
    void back_showsWhatWas_andLiveTheNewest() {
        open(chromium, "front/");
        awaitPicture(chromium);
        try (AutoCloseable window = keepWindow()) {
            Objects.requireNonNull(window);
            click("[data-do=back]");
            awaitValue("Earlier", "document.querySelector('[data-do=live] [data-live]').textContent");
            awaitValue("hls", technique());
            awaitValue("false", "String(document.querySelector('[data-past]').hidden)");
            Await.until(
                    40,
                    () -> Boolean.TRUE.equals(
                            chromium.run("return Number(document.querySelector('[data-past] input').value) <= -2")),
                    () -> "behind by " + value("document.querySelector('[data-past] input').value"));
            click("[data-do=live]");
            awaitValue("Live", "document.querySelector('[data-do=live] [data-live]').textContent");
            awaitValue("webcodecs", technique());
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    /** Has the server keep a window, as another viewer does, until it has some seconds. */
    private static AutoCloseable keepWindow() {
        chromium.run("""
                window.kept = setInterval(async () => {
                  const list = await (await fetch('hls/stream.m3u8?audio=0')).text();
                  window.keptSeconds = [...list.matchAll(/#EXTINF:([0-9.]+)/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
                }, 500);
                """);
        Await.until(
                40,
                () -> Boolean.TRUE.equals(chromium.run("return window.keptSeconds > 5")),
                () -> "the window has " + value("window.keptSeconds"));
        return () -> chromium.run("clearInterval(window.kept)");
    }

    @Test
    void wall_picturesLinkToTheirCameras_oneIsLarge_andATourShowsOne() {
        open(chromium, "");
        awaitPicture(chromium);
        assertEquals("2", value("document.querySelectorAll('.tile:not([hidden])').length"));
        awaitValue("true", "String(document.querySelector('main').getBoundingClientRect().bottom <= innerHeight + 1)");
        click("[data-walltools] [data-do=focus]");
        awaitValue(
                "true", "String((([a, b]) => a.clientWidth > 2 * b.clientWidth)(document.querySelectorAll('.tile')))");
        click("[data-walltools] [data-do=tour]");
        awaitValue("1", "[...document.querySelectorAll('.tile')].filter(tile => tile.checkVisibility()).length");
        click("[data-walltools] [data-do=tour]");
        awaitValue("2", "[...document.querySelectorAll('.tile')].filter(tile => tile.checkVisibility()).length");
        new Actions(chromium.driver())
                .click(chromium.driver().findElement(By.cssSelector("[data-camera=back] .open")))
                .perform();
        awaitValue("/back/", "location.pathname");
        awaitPicture(chromium);
    }

    @Test
    void comparison_showsEveryTechnique_withItsFigures() {
        open(chromium, "front/compare");
        Await.until(
                60,
                () -> Boolean.TRUE.equals(chromium.run("""
                        const ways = [...document.querySelectorAll('.way')];
                        return ways.length === 7 && ways.every(way => ['fps', 'start'].every(name =>
                          way.querySelector(`[data-figure=${name}]`).textContent !== '–'));
                        """)),
                () -> "without figures: " + value("document.querySelector('[data-columns]').innerText"));
        assertEquals(
                List.of("snapshot", "mjpeg", "webcodecs", "mse", "video", "hls", "dash"),
                chromium.run(
                        "return [...document.querySelectorAll('.way')].map(way => way.querySelector('.stage').dataset.technique)"));
        click("[data-technique=mjpeg] header button");
        awaitValue("Stopped.", "document.querySelector('[data-technique=mjpeg] [data-curtain]').textContent");
        awaitValue("true", "document.querySelector('[data-server]').textContent.includes(' viewers')");
    }

    /** Somebody who is no operator is asked for the key; with it the switch moves, and the button over the picture with it. */
    @Test
    void recording_isSwitched_withTheOperatorsKey() throws Exception {
        String config = "server: { port: 0, address: 127.0.0.1, operator-key: " + PerchServer.KEY + " }\n"
                + "cameras: { front: { demo: true, record: { when: button, path: '" + work
                + "/%camera/%F-%H-%M-%S.mp4' } } }\n";
        Path file = Files.writeString(work.resolve("perch.yml"), config);
        try (PerchServer recording =
                PerchServer.start(PerchConfig.load(file), Files.createDirectories(work.resolve("recording")))) {
            chromium.open("http://127.0.0.1:" + recording.port() + "/front/");
            Await.until(
                    30,
                    () -> !chromium.driver()
                            .findElements(By.cssSelector("[data-switch=recording]"))
                            .isEmpty(),
                    () -> "no switch");
            click("[data-switch=recording]");
            Await.until(
                    20,
                    () -> !chromium.driver()
                            .findElements(By.cssSelector("dialog input"))
                            .isEmpty(),
                    () -> "nobody asks for the key");
            press(PerchServer.KEY);
            click("dialog[open] button");
            awaitValue("true", "document.querySelector('[data-switch=recording]').ariaChecked");
            awaitValue("true", "document.querySelector('[data-do=record]').ariaPressed");
            awaitValue("recording", "document.querySelector('.switchrow .note').textContent.split(' ')[0]");
        }
    }

    /** What is off can be switched on again; the server is away, which its row says. */
    @Test
    void push_isSwitchedOff_andOnAgain() throws Exception {
        Path file = Files.writeString(
                work.resolve("push.yml"),
                "server: { port: 0, address: 127.0.0.1, operator-key: " + PerchServer.KEY + " }\n"
                        + "cameras: { front: { demo: true, push: [ { name: away, url: 'rtmp://127.0.0.1:1/live/front' } ] } }\n");
        String button = "[data-switch='push away']";
        String row =
                "(button => button && button.ariaChecked + ' ' + button.parentElement.lastChild.textContent.split(' ')[0])"
                        + "(document.querySelector(\"" + button + "\"))";
        try (PerchServer pushing =
                PerchServer.start(PerchConfig.load(file), Files.createDirectories(work.resolve("pushing")))) {
            chromium.open("http://127.0.0.1:" + pushing.port() + "/front/");
            chromium.run("sessionStorage.setItem('perch.key', arguments[0])", PerchServer.KEY);
            Await.until(30, () -> value(row).startsWith("true "), () -> value(row));
            click(button);
            awaitValue("false off", row);
            Await.until( // while the old one has not ended, it is refused
                    30,
                    () -> {
                        if (value(row).startsWith("false ")) {
                            click(button);
                        }
                        return value(row).equals("true retrying") || value(row).equals("true connecting");
                    },
                    () -> value(row));
        }
    }

    /** WCAG 2.2 AA as far as axe-core can tell, in both schemes and languages. */
    @ParameterizedTest
    @CsvSource({"dark, de-DE", "light, en-US", "dark, en-US", "light, de-DE"})
    void pages_haveNoFlawThatAxeFinds(String scheme, String language) throws IOException {
        speak(language);
        chromium.command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        try {
            for (String page : PAGES) {
                open(chromium, page);
                Await.until(
                        30,
                        () -> value("document.querySelector('[data-alarm]').hidden")
                                .equals("true"),
                        () -> page);
                if (page.equals("front/")) {
                    awaitPicture(chromium);
                    press("i");
                    click("[data-menu] summary");
                }
                assertEquals(language.substring(0, 2), value("document.documentElement.lang"), page);
                assertEquals(List.of(), Axe.flaws(chromium), page + " in " + scheme);
            }
        } finally {
            speak("en-US");
        }
    }

    private static void speak(String language) {
        String agent = value("navigator.userAgent");
        chromium.command("Emulation.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", language));
    }

    @Test
    void pages_fitASmallPhone() {
        for (String page : PAGES) {
            chromium.command(
                    "Emulation.setDeviceMetricsOverride",
                    Map.of("width", 320, "height", 700, "deviceScaleFactor", 1, "mobile", true));
            try {
                open(chromium, page);
                awaitValue("320", "Math.max(document.documentElement.scrollWidth, innerWidth)");
                if (page.equals("front/")) {
                    awaitPicture(chromium);
                    assertEquals("0", value("""
                            [...document.querySelectorAll('.deck .tool')].filter(tool => tool.checkVisibility()).filter(tool => {
                              const { width, height } = tool.getBoundingClientRect();
                              return width < 43 || height < 43;
                            }).length"""));
                }
            } finally {
                chromium.command("Emulation.clearDeviceMetricsOverride", Map.of());
            }
        }
    }

    @Test
    void german_isSpokenToWhoPrefersIt() {
        speak("de-DE,de");
        try {
            open(chromium, "front/");
            awaitPicture(chromium);
            awaitValue("de", "document.documentElement.lang");
            assertEquals("Anhalten", value("document.querySelector('[data-do=play]').ariaLabel"));
            assertEquals("Automatisch", value("document.querySelector('[data-chosen]').textContent"));
            awaitValue("Ton von front", "document.querySelector('[data-sound]').ariaLabel");
            open(chromium, "system");
            assertEquals("Medienspeicher", value("document.querySelector('.memory h2').textContent"));
        } finally {
            speak("en-US");
        }
    }
}
