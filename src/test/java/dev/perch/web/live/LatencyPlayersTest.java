package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Firefox;
import dev.perch.testing.FrameNumber;
import dev.perch.testing.LargeStream;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Ruler;
import dev.perch.testing.TestCameras;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each technique starts and advances in Chromium and Firefox. How late each is, from a frame's leaving the server to the page's showing it (by the
 * number in the picture), goes to target/latency.txt and is not judged: docs/latency.md.
 */
@Tag("quiet")
@Timeout(720)
@Isolated
class LatencyPlayersTest {
    /** How long each is looked at; {@code bin/bench latency} asks for more. */
    private static final int SECONDS = Integer.getInteger("latency.seconds", 4);

    /** Words that stand in the rows to be measured; by default all are. */
    private static final List<String> WORDS =
            List.of(System.getProperty("latency.words", "").split(" ", -1));

    private static final Path TABLE = Path.of("target/latency.txt");
    private static final String PICTURE = ".stage canvas, .stage video:not([data-first]), .stage img:not([data-first])";

    private static final String STATE = """
            const video = document.querySelector('video');
            return JSON.stringify([document.body.innerText.slice(0, 300), video && {
              paused: video.paused, readyState: video.readyState, currentTime: video.currentTime, error: video.error?.message,
              buffered: video.buffered.length ? video.buffered.end(video.buffered.length - 1) : 0,
            }]);
            """;

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium chromium;
    private static Firefox firefox;
    private static Ruler small;
    private static Ruler large;

    @BeforeAll
    static void start() throws Exception {
        LargeStream film = LargeStream.make(work);
        server = PerchServer.start(PerchServer.config(TestCameras.demo("small"), film.camera("large")), work);
        chromium = Chromium.start(work);
        firefox = Firefox.start(work);
        small = Ruler.lay(server.port(), "/small/stream.h264");
        large = Ruler.lay(server.port(), "/large/stream.h264", film::number);
        Files.writeString(
                TABLE,
                String.format(
                        Locale.ROOT,
                        "%-24s %-6s %-16s %8s %8s %8s %8s %8s%n",
                        "browser",
                        "stream",
                        "technique",
                        "start-ms",
                        "p50-ms",
                        "p95-ms",
                        "drift-ms",
                        "pictures"));
    }

    @AfterAll
    static void stop() throws Exception {
        large.close();
        small.close();
        firefox.close();
        chromium.close();
        server.close();
        System.getLogger(LatencyPlayersTest.class.getName())
                .log(System.Logger.Level.INFO, "latency:\n" + Files.readString(TABLE));
    }

    private static Browser browser(String name) {
        return name.equals("chromium") ? chromium : firefox;
    }

    private static String address(String path) {
        return "http://127.0.0.1:" + server.port() + "/" + path;
    }

    private static Stream<Arguments> wanted(String... rows) {
        return Stream.of(rows)
                .filter(row -> WORDS.stream().allMatch(row::contains))
                .map(row -> Arguments.of((Object[]) row.split(" ", -1)));
    }

    static Stream<Arguments> pages() {
        return wanted(
                "chromium small webcodecs",
                "chromium small mse",
                "chromium small mjpeg",
                "chromium large webcodecs",
                "chromium large mse",
                "firefox small webcodecs",
                "firefox small mse",
                "firefox small mjpeg",
                "firefox large mse");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("pages")
    void page_startsAndAdvances(String name, String stream, String technique) throws Exception {
        Browser browser = browser(name);
        browser.open(address(stream + "/"));
        Await.until(10, () -> begins(browser, "off"), () -> "no button");
        Painted painted = Painted.watch(browser, PICTURE);
        assertTrue(begins(browser, technique), "no button for " + technique);
        measure(browser, stream, "page " + technique, painted);
    }

    private static boolean begins(Browser browser, String technique) {
        return Boolean.TRUE.equals(browser.run(
                "const button = document.querySelector(`.switch:not([hidden]) [data-show=${arguments[0]}]`); button?.click(); return Boolean(button)",
                technique));
    }

    static Stream<Arguments> bareElements() {
        return wanted(
                "chromium small <img> stream.mjpg",
                "chromium small <video> stream.mp4",
                "chromium large <video> stream.mp4",
                "firefox small <video> stream.mp4");
    }

    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("bareElements")
    void bareElement_startsAndAdvances(String name, String stream, String element, String file) throws Exception {
        Browser browser = browser(name);
        browser.open(address("static/perch.css")); // of the same origin, so that its pictures may be read
        Painted painted = Painted.watch(browser, "#picture");
        browser.run(
                "document.body.innerHTML = arguments[0]",
                element.equals("<img>")
                        ? "<img id=picture src='/" + stream + "/" + file + "'>"
                        : "<video id=picture src='/" + stream + "/" + file
                                + "' autoplay muted playsinline oncanplay='this.play()'></video>");
        measure(browser, stream, element, painted);
    }

    private static void measure(Browser browser, String stream, String technique, Painted painted) throws IOException {
        Await.until(
                20,
                () -> painted.sights().size() >= 5,
                () -> "it does not move: " + painted.sights() + browser.run(STATE));
        long first = painted.sights().get(0).millis();
        Ruler ruler = stream.equals("small") ? small : large;
        // a number comes again after half a minute: what is looked up later has been forgotten
        awaitMillis(first + Math.min(SECONDS * 500L, 20_000));
        List<Painted.Sight> begin = painted.sights();
        List<Long> early = ruler.delays(begin.subList(begin.size() / 2, begin.size()));
        awaitMillis(first + SECONDS * 1000L);
        List<Painted.Sight> sights = painted.sights();
        int half = sights.size() / 2;
        assertTrue(
                sights.get(sights.size() - 1).millis() - first > SECONDS * 500L && half > SECONDS,
                () -> "it has stopped: " + sights + browser.run(STATE));
        // the second half: what the start was like is the first figure
        List<Long> delays = ruler.delays(sights.subList(half, sights.size()));
        String drift = early.isEmpty() || delays.isEmpty() ? "" : Long.toString(median(delays) - median(early));
        tell(browser, stream, technique, first - painted.sinceMillis(), delays, drift);
    }

    private static void awaitMillis(long time) {
        double seconds = (time - System.currentTimeMillis()) / 1e3;
        Await.until(seconds + 1, () -> System.currentTimeMillis() > time, () -> "the clock stands still");
    }

    private static long median(List<Long> delays) {
        return delays.stream().sorted().toList().get(delays.size() / 2);
    }

    static Stream<Arguments> shots() {
        return wanted("firefox small <img>");
    }

    /** A canvas gets the first of Firefox's parts only: what the window shows is looked at instead. */
    @ParameterizedTest(allowZeroInvocations = true)
    @MethodSource("shots")
    void firefox_imageOfParts_startsAndAdvances() throws Exception {
        firefox.open(address("static/perch.css"));
        long begun = System.currentTimeMillis();
        firefox.run(
                "document.body.innerHTML = `<img style='position:fixed;left:0;top:0;width:640px;height:360px' src='/small/stream.mjpg'>`");
        List<Painted.Sight> sights = new ArrayList<>();
        Await.until(20 + SECONDS, () -> look(sights, begun), () -> "it does not move: " + sights);
        List<Long> delays = small.delays(sights);
        tell(firefox, "small", "<img> (by shots)", sights.get(0).millis() - begun, delays, "");
    }

    private static boolean look(List<Painted.Sight> sights, long begun) {
        try {
            OptionalInt number = FrameNumber.find(
                    ImageIO.read(new ByteArrayInputStream(firefox.screenshot())).getSubimage(0, 0, 640, 360));
            long now = System.currentTimeMillis();
            int last = sights.isEmpty() ? -1 : sights.get(sights.size() - 1).number();
            if (number.isPresent() && number.getAsInt() != last) {
                sights.add(new Painted.Sight(now, number.getAsInt()));
            }
            return sights.size() > 5 && now - begun > SECONDS * 1000L;
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    private static void tell(
            Browser browser, String stream, String technique, long startMillis, List<Long> delays, String drift)
            throws IOException {
        assertTrue(!delays.isEmpty(), "none of the pictures is one that was sent");
        List<Long> sorted = delays.stream().sorted().toList();
        String row = String.format(
                Locale.ROOT,
                "%-24s %-6s %-16s %8d %8d %8d %8s %8d%n",
                browser.name(),
                stream,
                technique,
                startMillis,
                median(delays),
                sorted.get(sorted.size() * 95 / 100),
                drift,
                sorted.size());
        Files.writeString(TABLE, row, StandardOpenOption.APPEND);
    }
}
