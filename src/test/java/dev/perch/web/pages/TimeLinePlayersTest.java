package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Axe;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Firefox;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.interactions.Actions;

/** Live and recorded on one line: back into what was recorded, to the live picture again, and the page of the recordings. */
@Tag("players")
@Timeout(240)
@Execution(ExecutionMode.SAME_THREAD)
class TimeLinePlayersTest {
    private static final String PICTURE = ".stage canvas:not([data-still]), .stage video:not([data-first])";
    private static final String TECHNIQUE = "document.querySelector('.stage').dataset.technique";
    private static final String LIVE = "document.querySelector('[data-do=live] [data-live]').textContent";

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium chromium;

    @BeforeAll
    static void start() throws Exception {
        Path file = Files.writeString(
                work.resolve("perch.yml"),
                "server: { port: 0, address: 127.0.0.1 }\nrecord: { keep-free: 0% }\n"
                        + "cameras: { front: { demo: true, record: { segment: 1m, path: '" + work
                        + "/%camera/%F-%H-%M-%S.mp4' } } }\n");
        server = PerchServer.start(PerchConfig.load(file), Files.createDirectories(work.resolve("work")));
        chromium = Chromium.window();
        chromium.driver().manage().window().setSize(new Dimension(1400, 1000));
    }

    @AfterAll
    static void stop() {
        chromium.close();
        server.close();
    }

    private static @Nullable Object value(Browser browser, String expression) {
        return browser.run("return " + expression);
    }

    private static void awaitValue(Browser browser, Object expected, String expression) {
        Await.until(
                60,
                () -> expected.equals(value(browser, expression)),
                () -> browser.name() + ": " + expression + " is " + value(browser, expression) + " and not "
                        + expected);
    }

    /** Shows the camera's page once more than twelve seconds of it were recorded. */
    private static void show(Browser browser) {
        browser.open(server.address("front/"));
        browser.run("""
                window.recorded = 0;
                setInterval(async () => {
                  const { recordings } = await (await fetch('recordings/list.json')).json();
                  window.recorded = recordings.reduce((sum, { durationMillis }) => sum + durationMillis, 0);
                }, 500);
                """);
        awaitValue(browser, true, "window.recorded > 14000");
        awaitValue(browser, false, "document.querySelector('[data-times]').hidden");
        Await.until(60, () -> Painted.number(browser, PICTURE) >= 0, () -> browser.name() + ": no live picture");
    }

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void minutesBack_areOfTheRecording_andLiveIsLiveAgain(String name) throws Exception {
        if (name.equals("chromium")) {
            goBack(chromium);
        } else {
            try (Firefox firefox = Firefox.window()) {
                goBack(firefox);
            }
        }
    }

    private static void goBack(Browser browser) {
        show(browser);
        browser.run("""
                const line = document.querySelector('[data-times] canvas');
                line.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', bubbles: true, cancelable: true }));
                """);
        awaitValue(browser, "recorded", TECHNIQUE);
        awaitValue(browser, "Earlier", LIVE);
        Await.until(
                60, () -> Painted.number(browser, PICTURE) >= 0, () -> browser.name() + ": nothing recorded is shown");
        int first = Painted.number(browser, PICTURE);
        Await.until(30, () -> Painted.number(browser, PICTURE) != first, () -> browser.name() + ": it stands still");
        awaitValue(browser, true, "/^(−[0-9]+ s|[0-9].*:.*)$/.test(document.querySelector('[data-late]').textContent)");
        step(browser);
        browser.run("document.querySelector('[data-do=live]').click()");
        awaitValue(browser, "Live", LIVE);
        awaitValue(browser, true, TECHNIQUE + " !== 'recorded'");
        Await.until(60, () -> Painted.number(browser, PICTURE) >= 0, () -> browser.name() + ": no live picture again");
    }

    /** While it stands still, a step back shows the frame before. */
    private static void step(Browser browser) {
        browser.run("document.querySelector('[data-do=play]').click()");
        awaitValue(browser, true, "document.querySelector('.stage video:not([data-first])').paused");
        int still = Painted.number(browser, PICTURE);
        browser.run("document.querySelector('[data-do=previous]').click()");
        Await.until(
                30,
                () -> Painted.number(browser, PICTURE) >= still - 2 && Painted.number(browser, PICTURE) < still,
                () -> browser.name() + ": " + still + ", then " + Painted.number(browser, PICTURE));
    }

    /** What was not recorded is seen to be missing; where the pointer rests, the moment and its picture are told. */
    @Test
    void line_showsGaps_andPicturesOfMoments() {
        show(chromium);
        String bar = """
                (share => {
                  const line = document.querySelector('[data-times] canvas');
                  return line.getContext('2d').getImageData(Math.round(line.width * share), Math.round(line.height * 0.3), 1, 1).data[3];
                })(%s)""";
        awaitValue(chromium, true, bar.formatted("0.3") + " < 80");
        awaitValue(chromium, true, bar.formatted("0.993") + " > 180"); // six seconds ago
        new Actions(chromium.driver())
                .moveToElement(chromium.driver().findElement(By.cssSelector("[data-times] canvas")), 0, 0)
                .perform();
        awaitValue(chromium, false, "document.querySelector('[data-hint]').hidden");
        assertEquals(true, value(chromium, "document.querySelector('[data-hint] img').hidden"), "nothing was recorded");
        String half = "Math.round(document.querySelector('[data-times] canvas').clientWidth / 2)";
        int right = Integer.parseInt(String.valueOf(value(chromium, half)));
        new Actions(chromium.driver())
                .moveToElement(chromium.driver().findElement(By.cssSelector("[data-times] canvas")), right - 9, 0)
                .perform();
        awaitValue(chromium, false, "document.querySelector('[data-hint] img').hidden");
        awaitValue(chromium, 240L, "document.querySelector('[data-hint] img').naturalWidth");
    }

    private static void assertNoFlaw(String scheme) throws IOException {
        chromium.command(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        awaitValue(chromium, scheme.equals("dark"), "matchMedia('(prefers-color-scheme: dark)').matches");
        assertEquals(List.of(), Axe.flaws(chromium), scheme);
    }

    /** In the window of a desk, in English, in both schemes. */
    @Test
    void recordings_haveNoFlawThatAxeFinds() throws IOException {
        show(chromium);
        chromium.open(server.address("front/recordings/"));
        awaitValue(chromium, "Play back", "document.querySelector('[data-files] button')?.textContent");
        for (String scheme : List.of("dark", "light")) {
            assertNoFlaw(scheme);
        }
    }

    /** The page of the recordings speaks the browser's language, plays, and fits a phone. */
    @Test
    void recordings_play_inGerman_onAPhone() throws IOException {
        show(chromium);
        String agent = String.valueOf(value(chromium, "navigator.userAgent"));
        chromium.command("Emulation.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", "de-DE,de"));
        chromium.command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 320, "height", 700, "deviceScaleFactor", 1, "mobile", true));
        try {
            chromium.open(server.address("front/recordings/"));
            awaitValue(chromium, "Abspielen", "document.querySelector('[data-files] button')?.textContent");
            assertEquals("de", value(chromium, "document.documentElement.lang"));
            awaitValue(chromium, 320L, "Math.max(document.documentElement.scrollWidth, innerWidth)");
            Await.until(60, () -> Painted.number(chromium, "video") >= 0, () -> "nothing plays");
            for (String scheme : List.of("dark", "light")) {
                assertNoFlaw(scheme);
            }
        } finally {
            chromium.command("Emulation.clearDeviceMetricsOverride", Map.of());
            chromium.command("Emulation.setUserAgentOverride", Map.of("userAgent", agent, "acceptLanguage", "en-US"));
        }
    }
}
