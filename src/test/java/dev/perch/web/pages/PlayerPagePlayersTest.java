package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.camera.Camera;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.LargeStream;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.WindowType;

/** What the page's player does when things go wrong, in Chromium. */
@Tag("players")
@Timeout(240)
@Execution(ExecutionMode.SAME_THREAD)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlayerPagePlayersTest {
    private static final String PICTURE = ".stage canvas, .stage video:not([data-first]), .stage img:not([data-first])";

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium browser;

    private static SleepingChromium sleeper;

    @BeforeAll
    static void start() throws Exception {
        sleeper = SleepingChromium.start(Files.createDirectory(work.resolve("sleeper")));
        server = PerchServer.start(
                PerchServer.config(
                        TestCameras.demo("webcodecs"),
                        TestCameras.demo("mse"),
                        TestCameras.demo("video"),
                        TestCameras.demo("mjpeg")),
                work);
        browser = Chromium.start(work);
    }

    @AfterAll
    static void stop() throws Exception {
        browser.close();
        server.close();
        sleeper.close();
    }

    /** Opens a camera's page and chooses a technique. */
    private static Painted show(int port, String camera, String technique) {
        browser.open("http://127.0.0.1:" + port + "/" + camera + "/");
        Await.until(10, () -> choose("", technique), () -> "no button for " + technique);
        Painted painted = Painted.watch(browser, PICTURE);
        Await.until(15, () -> painted.sights().size() > 3, () -> technique + " does not move: " + state());
        return painted;
    }

    private static boolean choose(String card, String technique) {
        return choose(browser, card, technique);
    }

    /** Presses a technique's button on a camera's card, or on its page where {@code card} is empty; false while there is none. */
    static boolean choose(Chromium browser, String card, String technique) {
        return Boolean.TRUE.equals(browser.run("""
                const button = document.querySelector(`${arguments[0]} .switch:not([hidden]) [data-show=${arguments[1]}]`);
                button?.click();
                return Boolean(button);
                """, card, technique));
    }

    private static String state() {
        return String.valueOf(browser.run(
                "return document.querySelector('main').innerText + document.querySelector('.stage').outerHTML"));
    }

    private static void awaitMotion(Painted painted, double seconds, String when) {
        int before = painted.sights().size();
        Await.until(seconds, () -> painted.sights().size() > before + 2, () -> when + ": " + state());
    }

    private static long viewers() {
        try (Answer answer = Answer.get(server.port(), "/stats")) {
            String json = new String(
                    answer.body().readNBytes(Integer.parseInt(answer.header("Content-Length"))),
                    StandardCharsets.UTF_8);
            return JsonParser.object().from(json).getObject("viewers").getLong("now");
        } catch (IOException | JsonParserException broken) {
            throw new AssertionError(broken);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"webcodecs", "mse", "video", "mjpeg", "snapshot"})
    void hiddenTab_releasesItsConnection_andGoesOnWhenSeen(String technique) {
        Painted painted = show(server.port(), "mse", technique);
        String tab = browser.driver().getWindowHandle();
        browser.driver().switchTo().newWindow(WindowType.TAB);
        Await.until(3, () -> viewers() == 0, () -> "viewers=" + viewers());
        browser.driver().close();
        browser.driver().switchTo().window(tab);
        browser.command("Page.bringToFront", Map.of());
        awaitMotion(painted, 10, technique + " seen again");
    }

    /** Within 3 s it is noticed; the rest is for a busy machine to begin again. */
    @ParameterizedTest
    @ValueSource(strings = {"webcodecs", "mse", "video", "mjpeg"})
    void serverThatFallsSilent_isLeftForANewConnection(String technique) throws Exception {
        try (StallingProxy proxy = new StallingProxy(server.port())) {
            Painted painted = show(proxy.port(), technique, technique);
            int connections = proxy.connections();
            proxy.stall();
            long silent = System.nanoTime();
            Await.until(5, () -> proxy.connections() > connections, () -> technique + ": nobody noticed: " + state());
            double noticed = (System.nanoTime() - silent) / 1e9;
            assertTrue(noticed < 4, "noticed after " + noticed + " s");
            awaitMotion(painted, 10, technique + " after " + noticed + " s of silence");
        }
    }

    /** It has slept while the other tests ran. */
    @Test
    @Order(Integer.MAX_VALUE)
    void browserThatSleptForAMinute_isAtTheLiveEdgeWithin2Seconds() throws Exception {
        sleeper.awaitMinute();
        double seconds = sleeper.wakeAndAwaitLive();
        System.out.printf("Chromium, asleep for a minute: all four at the live edge after %.2f s%n", seconds);
        assertTrue(seconds < 2, "at the live edge after " + seconds + " s");
    }

    /** A GOP is missing, then the stream goes on with other parameter sets and another size. */
    @ParameterizedTest
    @ValueSource(strings = {"webcodecs", "mse", "video"})
    void droppedGop_andNewSps_stopNobody(String technique) throws Exception {
        List<List<ByteBuffer>> other = LargeStream.halved(work, 150, 120);
        ScriptedSource source = new ScriptedSource(PixelFormat.H264);
        ArenaPool pool = TestCameras.pool(64 << 20);
        Camera camera = TestCameras.camera(source, pool);
        try (PerchServer scripted = PerchServer.of(pool, camera).pages().start(work)) {
            browser.open("http://127.0.0.1:" + scripted.port() + "/fake/");
            Await.until(10, () -> choose("", technique), () -> "no button for " + technique);
            source.awaitStart(1);
            Painted painted = Painted.watch(browser, PICTURE);
            Feeder feeder = new Feeder(source);
            feeder.demo(0, 90);
            assertShown(painted, 0, 89, technique);
            feeder.demo(120, 150);
            assertShown(painted, 120, 149, technique + " behind the missing GOP");
            feeder.units(other);
            assertShown(painted, 150, 269, technique + " with the new SPS");
            assertEquals(
                    320,
                    ((Number) Objects.requireNonNull(browser.run(
                                    "const p = document.querySelector(arguments[0]); return p.videoWidth || p.width",
                                    PICTURE)))
                            .intValue());
        }
    }

    /** The last pictures before {@code to} are there: at most a second and a half late. */
    private static void assertShown(Painted painted, int from, int to, String when) {
        Await.until(
                3,
                () -> painted.sights().stream()
                        .anyMatch(sight -> sight.number() >= Math.max(from, to - 45) && sight.number() <= to),
                () -> when + ": " + painted.sights() + state());
    }

    /** Delivers frames at 30 a second. */
    private static final class Feeder {
        private final ScriptedSource source;
        private long dueNanos = System.nanoTime();

        Feeder(ScriptedSource source) {
            this.source = source;
        }

        void demo(int from, int to) {
            for (int number = from; number < to; number++) {
                pace();
                source.accessUnit(number);
            }
        }

        void units(List<List<ByteBuffer>> units) {
            for (List<ByteBuffer> unit : units) {
                pace();
                source.accessUnit(unit);
            }
        }

        private void pace() {
            dueNanos += 33_333_333;
            while (System.nanoTime() < dueNanos) {
                LockSupport.parkNanos(dueNanos - System.nanoTime());
            }
        }
    }
}
