package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.Gate;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An installed page says that Perch does not answer, and keeps nothing of what cameras give (W3C Service Workers). */
@Tag("players")
@Timeout(300)
class InstalledPagePlayersTest {
    private static final double PATIENCE_SECONDS = 60;
    private static final String PICTURE = ".stage canvas:not([data-still]), .stage video:not([data-first])";

    /** What the browser of an installed page says of its window. */
    private static final String INSTALLED = """
            const ask = window.matchMedia.bind(window);
            window.matchMedia = query => (query === '(display-mode: standalone)' ? { matches: true } : ask(query));
            """;

    @TempDir
    Path work;

    @Test
    void serverAway_isSaid_andThePageGoesOnWhenItIsBack() throws Exception {
        try (PerchServer server =
                        PerchServer.start(PerchServer.config(TestCameras.demo("front")), work.resolve("tomcat"));
                Gate gate = new Gate(server.port(), /* upgrades= */ true);
                Chromium browser = Chromium.start(work)) {
            String address = "http://127.0.0.1:" + gate.port() + "/";
            browser.open(address + "front/");
            awaitPicture(browser);
            assertEquals(0L, browser.run("return navigator.serviceWorker.getRegistrations().then(all => all.length)"));
            browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", INSTALLED));
            installOfAnotherVersion(browser);

            browser.open(address + "front/");
            awaitPicture(browser);
            await(browser, "the worker of this version", """
                    const worker = await navigator.serviceWorker.ready;
                    return worker.active.scriptURL === document.querySelector('script[type=module]').src.replace('perch.js', 'worker.js');
                    """);
            await(browser, "one cache", "return (await caches.keys()).length === 1");
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
            await(
                    browser,
                    "it counts",
                    "return document.querySelector('[data-next]').textContent.startsWith('Trying')");
            assertNull(browser.run("return document.querySelector('.stage')"));
            assertEquals(
                    false,
                    browser.run("return fetch('snapshot.jpg').then(() => true, () => false)"),
                    "a picture is none of the cache");
            gate.open();
            awaitPicture(browser);
            assertEquals(address + "front/", browser.run("return location.href"));
        }
    }

    /** A worker by the address of another version, as it stands in a browser from before an update. */
    private static void installOfAnotherVersion(Chromium browser) {
        browser.run("""
                await navigator.serviceWorker.register('../static/v.00000000/worker.js', { scope: '../' });
                await navigator.serviceWorker.ready;
                await caches.open('perch another');
                """);
        await(browser, "the other version's", "return (await caches.keys()).length === 2");
    }

    private static void awaitPicture(Chromium browser) {
        Await.until(
                PATIENCE_SECONDS, () -> Painted.number(browser, PICTURE) >= 0, () -> "no picture: " + page(browser));
    }

    private static void await(Chromium browser, String what, String script) {
        Await.until(
                PATIENCE_SECONDS, () -> Boolean.TRUE.equals(browser.run(script)), () -> what + ": " + page(browser));
    }

    private static String page(Chromium browser) {
        return String.valueOf(browser.run("return document.body.innerText"));
    }
}
