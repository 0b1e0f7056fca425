package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Chromium;
import dev.perch.testing.PageWatch;
import dev.perch.testing.PerchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How soon the pages show pictures, and what keeps the browser busy: to target/page.txt, and not judged. What moves is judged by {@link PageLayoutPlayersTest}. */
@Tag("quiet")
@Timeout(600)
@Isolated
class PageSpeedPlayersTest {
    /** How often each is loaded; {@code bin/bench page} asks for more. The first time nothing is cached. */
    private static final int LOADS = Integer.getInteger("page.loads", 2);

    /** How long tasks are counted, from navigation on. */
    private static final int SECONDS = Integer.getInteger("page.seconds", 2);

    private static final String PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime";
    private static final String RECEIVED =
            "performance.getEntries().reduce((sum, { transferSize = 0 }) => sum + transferSize, 0) / 1024";

    private static final Path TABLE = Path.of("target/page.txt");

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        StringBuilder config =
                new StringBuilder("server: { port: 0, address: 127.0.0.1 }\nrecord: { keep-free: 0% }\ncameras:\n");
        config.append("  c1: { demo: true, record: { path: '").append(work).append("/%camera/%F-%H-%M-%S.mp4' } }\n");
        IntStream.rangeClosed(2, 9).forEach(i -> config.append("  c").append(i).append(": { demo: true }\n"));
        Path file = Files.writeString(work.resolve("perch.yml"), config);
        server = PerchServer.start(PerchConfig.load(file), Files.createDirectories(work.resolve("work")));
        browser = Chromium.start(work);
        browser.command(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 1440, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        PageWatch.begin(browser);
        row(
                "%-16s %5s %9s %9s %9s %8s %14s %8s%n",
                "page", "load", "paint-ms", "picture", "pictures", "moved", "tasks>50", "KB");
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        server.close();
        System.getLogger(PageSpeedPlayersTest.class.getName())
                .log(System.Logger.Level.INFO, "pages:\n" + Files.readString(TABLE));
    }

    private static void row(String format, Object... cells) throws Exception {
        String row = String.format(Locale.ROOT, format, cells);
        boolean first = cells[0].equals("page");
        Files.writeString(
                TABLE,
                row,
                StandardOpenOption.CREATE,
                first ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND);
    }

    /** One load of a page. */
    private record Load(
            double paint, double picture, double pictures, double moved, List<Double> tasks, double kilobytes) {
        static Load of(Chromium browser) {
            List<Double> tasks = new ArrayList<>();
            for (int i = 0; i < PageWatch.number(browser, "watched.tasks.length"); i++) {
                tasks.add(PageWatch.number(browser, "watched.tasks[" + i + "]"));
            }
            return new Load(
                    PageWatch.number(browser, PAINT),
                    PageWatch.number(browser, "watched.picture"),
                    PageWatch.number(browser, "watched.pictures"),
                    PageWatch.number(browser, "watched.moved"),
                    tasks,
                    PageWatch.number(browser, RECEIVED));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "wall of nine, ''",
        "wall of four, '?cameras=c1,c2,c3,c4'",
        "wall of one, ?cameras=c1",
        "camera, c1/",
        "comparison, c1/compare",
        "recordings, c1/recordings/",
        "system, system"
    })
    void page_showsAllThatItHas(String page, String path) throws Exception {
        browser.command("Network.clearBrowserCache", Map.of());
        for (int load = 1; load <= LOADS; load++) {
            PageWatch.open(browser, server.address(path));
            browser.driver()
                    .executeAsyncScript(
                            "setTimeout(arguments[1], Math.max(0, arguments[0] - performance.now()))", 1000 * SECONDS);
            Load seen = Load.of(browser);
            double longest =
                    seen.tasks().stream().mapToDouble(task -> task).max().orElse(0);
            row(
                    "%-16s %5d %9.0f %9.0f %9.0f %8.4f %14s %8.0f%n",
                    page,
                    load,
                    seen.paint(),
                    seen.picture(),
                    seen.pictures(),
                    seen.moved(),
                    seen.tasks().size() + ", to " + Math.round(longest),
                    seen.kilobytes());
            assertTrue(seen.paint() > 0, page);
            browser.open("about:blank");
        }
    }
}
