package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's Chromium, headless: what a bare {@code <video>} and a bare {@code <img>} paint, read from the picture. */
@Tag("quiet")
class BrowserTest {
    /** As the README tells to embed it. */
    private static final String README_LINE =
            "<video src='stream.mp4' autoplay muted playsinline oncanplay=\"this.play()\"></video>";

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(PerchServer.config(TestCameras.demo("demo")), work);
        browser = Chromium.window();
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    private static String address(String path) {
        return "http://127.0.0.1:" + server.port() + "/" + path;
    }

    /** A page of the server's own origin, so that its pictures may be read. */
    private static void show(String element) {
        browser.open(address("stats"));
        browser.run("document.body.innerHTML = arguments[0]", element);
    }

    private static int number(String selector) {
        return Painted.number(browser, selector);
    }

    private static String state(String selector) {
        return String.valueOf(browser.run("""
                const video = document.querySelector(arguments[0]);
                return JSON.stringify({
                  paused: video.paused, muted: video.muted, readyState: video.readyState, currentTime: video.currentTime,
                  buffered: video.buffered?.length ? video.buffered.end(0) : 0, error: video.error?.message,
                });
                """, selector));
    }

    /** Waits until a video's picture changes. */
    private static void awaitMotion(String selector) {
        Await.until(10, () -> number(selector) >= 0, () -> "nothing is painted");
        int first = number(selector);
        Await.until(15, () -> number(selector) != first, () -> "it stands still at " + first + ": " + state(selector));
    }

    /** The numbers that the picture shows over some seconds, each once. */
    private static List<Integer> numbers(String selector, double seconds) {
        List<Integer> numbers = new ArrayList<>();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            int number = number(selector);
            if (number >= 0 && (numbers.isEmpty() || numbers.get(numbers.size() - 1) != number)) {
                numbers.add(number);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return numbers;
    }

    /** Each number is a little above the one before; together they are about as many as the time allows. */
    private static void assertAdvances(List<Integer> numbers, int least) {
        int advance = 0;
        for (int i = 1; i < numbers.size(); i++) {
            int step = DemoFrames.all().distance(numbers.get(i - 1), numbers.get(i));
            assertTrue(step > 0 && step < 60, numbers::toString);
            advance += step;
        }
        assertTrue(advance >= least, numbers::toString);
    }

    @Test
    void video_mp4_advances() {
        show(README_LINE);
        awaitMotion("video");
        assertAdvances(numbers("video", 4), 45);
        assertEquals("", browser.run("return String(document.querySelector('video').error ?? '')"));
    }

    @Test
    void video_thatJoinsLate_startsAtOnceAndGoesOn() {
        show(README_LINE.replace("<video", "<video id='one'"));
        awaitMotion("#one");
        browser.run("const late = document.createElement('video'); late.id = 'late'; late.muted = true;"
                + "late.src = 'demo/stream.mp4'; document.body.append(late);");
        Await.until(5, () -> number("#late") >= 0, () -> "nothing is painted");
        assertEquals(0, number("#late") % 30, "the first picture is a key frame");
        browser.run("document.querySelector('#late').play()");
        awaitMotion("#late");
        assertAdvances(numbers("#late", 3), 30);
    }

    @Test
    void img_mjpeg_advances() {
        show("<img src='stream.mjpg'>");
        Await.until(10, () -> number("img") >= 0, () -> "nothing is painted");
        List<Integer> numbers = numbers("img", 4);
        assertAdvances(numbers, 90);
        assertTrue(numbers.stream().allMatch(number -> number % 5 == 0), numbers::toString);
        assertTrue(numbers.size() >= 18, numbers::toString);
    }

    @Test
    void img_snapshot_isFresh() {
        show("<img src='snapshot.jpg'>");
        Await.until(10, () -> number("img") >= 0, () -> "nothing is painted");
        assertEquals(0, number("img") % 5);
    }

    @Test
    void ownPages_showTheCamera() {
        for (String page : List.of("", "demo/")) {
            browser.open(address(page));
            Await.until(
                    10,
                    () -> number(".stage img, .stage video, .stage canvas") >= 0,
                    () -> page + ": nothing is painted");
            assertAdvances(numbers(".stage img, .stage video, .stage canvas", 2), 30);
        }
    }
}
