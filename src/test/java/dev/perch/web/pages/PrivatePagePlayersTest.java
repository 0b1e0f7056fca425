package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Firefox;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A page that shows a camera while it is made private, and shown again. */
@Tag("players")
@Timeout(400)
class PrivatePagePlayersTest {
    private static final String PICTURE =
            ".stage canvas:not([data-still]), .stage video:not([data-first]), .stage img:not([data-first])";
    private static final int PATIENCE_SECONDS = 60;
    private static final int LOOKS = 8;

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void switchedOffAndOn_theSamePageShowsTheCardAndThePictureAgain(String name) throws Exception {
        try (PerchServer server = PerchServer.start(
                        PerchServer.config(TestCameras.demo("front"))
                                .withServer(new ServerConfig("127.0.0.1", 0, PerchServer.KEY)),
                        work.resolve("tomcat"));
                Browser browser = name.equals("chromium") ? Chromium.window() : Firefox.window()) {
            for (String technique : new String[] {"mjpeg", "mse"}) {
                shown(server, browser, technique);
            }
        }
    }

    private static void shown(PerchServer server, Browser browser, String technique) throws Exception {
        browser.open(server.address("front/"));
        choose(browser, technique);
        browser.run("window.same = true");
        awaitMotion(browser, technique + " at first");
        assertEquals(200, server.put("/front/privacy", "{\"private\": true}").statusCode());
        awaitCard(browser, technique);
        assertEquals(200, server.put("/front/privacy", "{\"private\": false}").statusCode());
        awaitMotion(browser, technique + " when it is shown again");
        assertEquals(true, browser.run("return window.same"), "the page was loaded anew");
        assertEquals(technique, browser.run("return document.querySelector('.stage').dataset.technique"));
    }

    private static void choose(Browser browser, String technique) {
        Await.until(
                PATIENCE_SECONDS,
                () -> Boolean.TRUE.equals(browser.run("""
                        const button = document.querySelector(`.switch:not([hidden]) [data-show=${arguments[0]}]`);
                        button?.click();
                        return Boolean(button);
                        """, technique)),
                () -> browser.name() + " has no " + technique);
        Await.until(
                PATIENCE_SECONDS,
                () -> technique.equals(browser.run("return document.querySelector('.stage').dataset.technique")),
                () -> page(browser, technique + " is not shown"));
    }

    private static void awaitMotion(Browser browser, String when) {
        Painted painted = Painted.watch(browser, PICTURE);
        Await.until(PATIENCE_SECONDS, () -> painted.sights().size() > 5, () -> page(browser, when));
    }

    /** The card is dark where the demo has its number, which reads as none or as 0, and does not change. */
    private static void awaitCard(Browser browser, String technique) {
        int[] still = new int[1];
        Await.until(
                PATIENCE_SECONDS,
                () -> {
                    still[0] = Painted.number(browser, PICTURE) <= 0 ? still[0] + 1 : 0;
                    return still[0] >= LOOKS;
                },
                () -> page(browser, technique + " still shows " + Painted.number(browser, PICTURE)));
        Painted painted = Painted.watch(browser, PICTURE);
        Await.until(
                PATIENCE_SECONDS,
                () -> Boolean.TRUE.equals(browser.run("""
                        const shown = document.querySelector(arguments[0]);
                        return Boolean(shown && (shown.videoWidth || shown.naturalWidth || shown.width));
                        """, PICTURE)),
                () -> page(browser, technique + " shows no card"));
        assertEquals(
                0,
                painted.sights().stream().filter(sight -> sight.number() > 0).count(),
                () -> page(browser, technique));
    }

    private static String page(Browser browser, String when) {
        return browser.name() + ", " + when + ": "
                + browser.run("return document.querySelector('main').innerText"
                        + " + document.querySelector('.stage').outerHTML");
    }
}
