package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.testing.Await;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.WebKit;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages in WebKitGTK, the nearest to Safari that runs here. */
@Tag("players")
@Timeout(300)
@Execution(ExecutionMode.SAME_THREAD)
class WebKitPlayersTest {
    private static final int PICTURES = 4;
    private static final long LOOK_NANOS = 150_000_000;
    private static final String PICTURE = ".stage canvas:not([data-still]), .stage video:not([data-first])";
    private static final String TECHNIQUE = "document.querySelector('.stage').dataset.technique";

    @TempDir
    static Path work;

    private static PerchServer server;
    private static WebKit browser;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(PerchServer.config(TestCameras.demo("front"), TestCameras.demo("back")), work);
        browser = WebKit.start(work);
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    private static String value(String expression) {
        return String.valueOf(browser.run("return " + expression));
    }

    private static void assertMoves(String selector) {
        Set<Integer> numbers = new HashSet<>();
        Await.until(
                60,
                () -> {
                    LockSupport.parkNanos(LOOK_NANOS); // each look has the browser fetch the picture from its decoder
                    numbers.add(Painted.number(browser, selector));
                    numbers.remove(-1);
                    return numbers.size() >= PICTURES;
                },
                () -> selector + " showed " + numbers + "; " + value("document.body.innerText") + browser.says());
    }

    /** Opens a page, and hears what it complains of from then on; this browser tells nobody of what was before. */
    private static void open(String path) {
        browser.open(server.address(path));
        browser.run("""
                window.complaints = [];
                addEventListener('error', ({ message }) => complaints.push(message));
                addEventListener('unhandledrejection', ({ reason }) => complaints.push(String(reason)));
                console.error = (...words) => complaints.push(words.join(' '));
                """);
    }

    @AfterEach
    void assertNoComplaint() {
        assertEquals("", value("complaints.join('; ')"));
    }

    @Test
    void wall_showsMovingPictures() {
        open("");
        for (String camera : List.of("front", "back")) {
            assertMoves("[data-camera=" + camera + "] .stage canvas:not([data-still]), [data-camera=" + camera
                    + "] .stage video:not([data-first])");
        }
    }

    @Test
    void camera_showsMovingPictures() {
        open("front/");
        assertMoves(PICTURE);
        assertEquals("webcodecs", value(TECHNIQUE));
    }

    /** Each way to the same picture; MSE is the managed one, as on an iPhone, and this browser has no HLS of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"webcodecs", "mse", "video", "hls"})
    void technique_showsMovingPictures(String technique) {
        open("front/?technique=" + technique);
        assertMoves(PICTURE);
        assertEquals(technique, value(TECHNIQUE));
        if (technique.equals("mse")) {
            assertEquals("true", value("String(window.ManagedMediaSource !== undefined)"));
            assertEquals("true", value("document.querySelector('.stage video').disableRemotePlayback"));
        }
    }

    /** WebKit gives no script the parts of a multipart stream: an image shows them. */
    @Test
    void mjpeg_isShownByAnImage() {
        open("back/?technique=mjpeg");
        Await.until(60, () -> value(TECHNIQUE).equals("img"), () -> value(TECHNIQUE) + browser.says());
        assertMoves(".stage img:not([data-first])");
    }
}
