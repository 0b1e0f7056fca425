package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.PageWatch;
import dev.perch.testing.PerchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

/** Where things stand: nothing moves while a page loads, and the tiles of a wall fill the window. */
@Tag("players")
@Timeout(240)
@Execution(ExecutionMode.SAME_THREAD)
class PageLayoutPlayersTest {
    private static final int CAMERAS = 9;

    /** The most of Chromium's measure of what moves; it calls a page good up to 0.1. */
    private static final double MOST_SHIFT = 0.02;

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        StringBuilder config =
                new StringBuilder("server: { port: 0, address: 127.0.0.1 }\nrecord: { keep-free: 0% }\ncameras:\n");
        for (int i = 1; i <= CAMERAS; i++) {
            config.append("  c").append(i).append(": { demo: true");
            config.append(i == 1 ? ", record: { segment: 1m, path: '" + work + "/%camera/%F-%H-%M-%S.mp4' }" : "");
            config.append(" }\n");
        }
        Path file = Files.writeString(work.resolve("perch.yml"), config);
        server = PerchServer.start(PerchConfig.load(file), Files.createDirectories(work.resolve("work")));
        browser = Chromium.window();
        PageWatch.begin(browser);
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    private static void size(int width, int height) {
        browser.command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    private static String value(String expression) {
        return String.valueOf(browser.run("return " + expression));
    }

    private static void open(String path) {
        PageWatch.open(browser, server.address(path));
    }

    private static void assertNothingMoved(String what) {
        double moved = PageWatch.number(browser, "watched.moved");
        assertTrue(moved <= MOST_SHIFT, () -> what + ": " + moved + " by " + value("watched.what.join(', ')"));
    }

    @ParameterizedTest
    @CsvSource({
        "?cameras=c1",
        "'?cameras=c1,c2'",
        "'?cameras=c1,c2,c3,c4'",
        "''",
        "c1/",
        "c2/",
        "c1/compare",
        "c1/recordings/",
        "system",
        "system/configuration"
    })
    void nothingMoves_whileAPageLoads(String path) {
        for (int[] window : List.of(new int[] {1440, 900}, new int[] {390, 844})) {
            size(window[0], window[1]);
            open(path);
            assertNothingMoved(path + " at " + window[0]);
        }
    }

    /** The order is there with the first paint, for the eye; then for the keyboard, too. */
    @Test
    void nothingMoves_onAWallThatWasArranged() {
        size(1440, 900);
        open("");
        browser.run("localStorage.setItem('perch.order', '[\"c9\",\"c2\"]')");
        try {
            open("");
            assertNothingMoved("arranged");
            assertEquals("c9,c2,c1", value("""
                    [...document.querySelectorAll('.tile')].slice(0, 3).map(tile => tile.dataset.camera).join()"""));
            assertEquals("0", value("document.adoptedStyleSheets.length"));
            assertEquals("true", value("""
                    String((([one, two]) => one.getBoundingClientRect().x < two.getBoundingClientRect().x)(document.querySelectorAll('.tile')))"""));
        } finally {
            browser.run("localStorage.clear()");
        }
    }

    /** It is wider than its button, above which it opens. */
    @ParameterizedTest
    @CsvSource({"1440, 900", "820, 900", "390, 844"})
    void qualityMenu_hasRoomForItsWords(int width, int height) {
        size(width, height);
        open("c2/");
        Await.until(
                20,
                () -> value("document.querySelector('[data-deck]').hidden").equals("false"),
                () -> "no controls: " + value("document.body.innerText"));
        browser.run("document.querySelector('[data-menu] summary').click()");
        assertEquals("true,true,true", value("""
                (sheet => (({ left, right, top, bottom }) => [
                  sheet.scrollWidth <= sheet.clientWidth, left >= 0 && right <= innerWidth, top >= 0 && bottom <= innerHeight,
                ].join())(sheet.getBoundingClientRect()))(document.querySelector('.menu > .sheet'))"""));
    }

    /** The columns make the pictures as large as they can be, without the script too: all in the window, each 16:9. */
    @ParameterizedTest
    @CsvSource({
        "1, 1440, 900, 1",
        "2, 1440, 700, 2",
        "2, 900, 1200, 1",
        "3, 3000, 700, 3",
        "4, 1440, 900, 2",
        "5, 1440, 900, 2",
        "9, 1440, 900, 3",
        "9, 2560, 700, 5",
        "9, 700, 1400, 2"
    })
    void tiles_fillTheWindow(int cameras, int width, int height, int columns) {
        size(width, height);
        StringBuilder shown = new StringBuilder("c1");
        for (int i = 2; i <= cameras; i++) {
            shown.append(",c").append(i);
        }
        browser.command("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        try {
            browser.open(server.address("?cameras=" + shown));
        } finally {
            browser.command("Emulation.setScriptExecutionDisabled", Map.of("value", false));
        }
        String tiles = "[...document.querySelectorAll('.tile')].map(tile => tile.getBoundingClientRect())";
        assertEquals(String.valueOf(columns), value("new Set(" + tiles + ".map(({ x }) => x)).size"));
        assertEquals(
                "true",
                value(
                        "String(" + tiles + ".every(({ width, height, bottom, right }) => "
                                + "Math.abs(width / height - 16 / 9) < 0.01 && bottom <= innerHeight && right <= innerWidth))"));
        double best = 0;
        for (int each = 1; each <= cameras; each++) {
            int rows = (cameras + each - 1) / each;
            double area = height - 52; // below the bar
            best = Math.max(
                    best, Math.min((width - 3 * (each - 1)) / (double) each, (area - 3 * (rows - 1)) / rows * 16 / 9));
        }
        assertEquals(best, PageWatch.number(browser, tiles + "[0].width"), 1.01);
    }
}
