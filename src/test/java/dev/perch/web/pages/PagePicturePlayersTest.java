package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.Firefox;
import dev.perch.testing.Gate;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
import org.openqa.selenium.Dimension;

/** The picture of a page through an outage, a pause and a change of technique, in Chromium and Firefox. */
@Tag("players")
@Timeout(240)
@Execution(ExecutionMode.SAME_THREAD)
class PagePicturePlayersTest {
    private static final String PICTURE =
            ".stage canvas:not([data-still]), .stage video:not([data-first]), .stage img:not([data-first])";
    private static final List<String> PAUSABLE = List.of("video", "mse", "hls");

    /** Loads a page in a frame and looks at it before each repaint, from when its style sheets are there. */
    private static final String LOAD = """
            const frame = document.createElement('iframe');
            frame.style = 'position: fixed; inset: 0; width: 1200px; height: 1400px; border: 0';
            frame.src = arguments[0];
            document.body.replaceChildren(frame);
            const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
            const drawn = picture => {
              context.clearRect(0, 0, 1, 1);
              try { context.drawImage(picture, 0, 0, 1, 1); } catch (notYet) { return false; }
              return context.getImageData(0, 0, 1, 1).data[3] === 255;
            };
            window.page = () => frame.contentDocument;
            window.moved = []; window.black = []; window.looks = 0;
            window.paints = () => Boolean(page().querySelector('.stage')?.dataset.technique) && !page().querySelector('[data-first], [data-still]');
            let places, painted = false;
            const look = () => {
              window.requestAnimationFrame(look);
              const sheets = page().querySelectorAll('link[rel=stylesheet]').length;
              const below = page().querySelector('.below');
              if (!below || page().styleSheets.length < sheets) return;
              window.looks++;
              const stage = page().querySelector('.stage');
              const tops = JSON.stringify([stage, below].map(each => each.getBoundingClientRect().top));
              places ??= tops;
              if (tops !== places) moved.push(tops + ', not ' + places);
              const pictures = [...stage.querySelectorAll('canvas, video, img')];
              const place = JSON.stringify(stage.getBoundingClientRect());
              for (const picture of pictures) if (JSON.stringify(picture.getBoundingClientRect()) !== place) moved.push(picture.outerHTML);
              const covered = stage.querySelector('[data-curtain]').checkVisibility();
              const shows = pictures.length > 0 && drawn(pictures.at(-1)); // the last one of a page lies on top
              if (painted && !shows && !covered) black.push(stage.innerHTML);
              painted ||= shows;
            };
            look();
            """;

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium chromium;
    private static Firefox firefox;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(
                PerchServer.config(TestCameras.demo("video"), TestCameras.demo("mse"), TestCameras.demo("hls")), work);
        chromium = Chromium.window();
        firefox = Firefox.window();
        chromium.driver().manage().window().setSize(new Dimension(1600, 1600));
    }

    @AfterAll
    static void stop() {
        firefox.close();
        chromium.close();
        server.close();
    }

    private static Browser browser(String name) {
        return name.equals("chromium") ? chromium : firefox;
    }

    private static void choose(Browser browser, String card, String technique) {
        Await.until(
                20, () -> Boolean.TRUE.equals(browser.run("""
                        const button = document.querySelector(`${arguments[0]} .switch:not([hidden]) [data-show=${arguments[1]}]`);
                        button?.click();
                        return Boolean(button);
                        """, card, technique)), () -> "no button for " + technique);
    }

    private static String text(Browser browser, String selector) {
        return String.valueOf(browser.run("return document.querySelector(arguments[0])?.textContent", selector));
    }

    private static String technique(Browser browser) {
        return String.valueOf(browser.run("return document.querySelector('.stage').dataset.technique"));
    }

    private static boolean covered(Browser browser, String card) {
        return Boolean.TRUE.equals(
                browser.run("return document.querySelector(arguments[0] + ' [data-curtain]').checkVisibility()", card));
    }

    private static String page(Browser browser) {
        return browser.name() + ": "
                + browser.run("return document.querySelector('main').innerText"
                        + " + document.querySelector('.stage').outerHTML");
    }

    private static void awaitMotion(Browser browser, Painted painted, double seconds, String when) {
        int before = painted.sights().size();
        Await.until(seconds, () -> painted.sights().size() > before + 2, () -> when + ": " + page(browser));
    }

    /** The page opens with the best technique, and comes back to it. */
    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void serverThatWasAway_isShownByTheBestTechniqueAgain(String name) throws Exception {
        Browser browser = browser(name);
        try (Gate gate = new Gate(server.port(), /* upgrades= */ true)) {
            browser.open("http://127.0.0.1:" + gate.port() + "/mse/");
            Painted painted = Painted.watch(browser, PICTURE);
            Await.until(30, () -> painted.sights().size() > 3, () -> page(browser));
            String best = technique(browser);
            assertTrue(best.equals("webcodecs") || best.equals("mse"), best);
            gate.shut();
            Await.until(10, () -> text(browser, "[data-fact=state]").equals("no answer"), () -> page(browser));
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4)); // so many tries as once led to the last technique
            Await.until(
                    20, // a busy browser tells it late
                    () -> covered(browser, "")
                            && text(browser, "[data-curtain]").equals("Perch does not answer; trying again.")
                            && text(browser, "[data-fact=rate]").equals("–"),
                    () -> page(browser));
            long back = System.nanoTime();
            gate.open();
            awaitMotion(browser, painted, 15, "after the outage");
            System.out.printf(
                    "%s: the picture moves %.2f s after the server's return%n",
                    browser.name(), (System.nanoTime() - back) / 1e9);
            assertEquals(best, technique(browser));
            Await.until(10, () -> text(browser, "[data-fact=state]").equals("live"), () -> page(browser));
        }
    }

    /** A page that is opened while the camera is away gets 503 from all techniques. */
    @Test
    void cameraThatWasAway_isShownByTheBestTechnique() throws Exception {
        ScriptedSource source = new ScriptedSource(PixelFormat.H264);
        ArenaPool pool = TestCameras.pool(64 << 20);
        Camera camera = TestCameras.camera(source, pool);
        Film film = new Film(source);
        try (PerchServer scripted = PerchServer.of(pool, camera).pages().start(work);
                Socket another = Answer.ask(scripted.port(), "GET", "/stream.h264", "1.1")) {
            source.awaitStart(1);
            film.start();
            Answer watched = Answer.of(another);
            film.leave();
            Await.until(10, () -> camera.state() instanceof CameraState.Lost, () -> "state=" + camera.state());
            chromium.open("http://127.0.0.1:" + scripted.port() + "/fake/");
            Await.until(60, () -> text(chromium, "[data-curtain]").equals(Film.REASON), () -> page(chromium));
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(6)); // of refusals
            Painted painted = Painted.watch(chromium, PICTURE);
            film.comeBack();
            Await.until(20, () -> camera.state() instanceof CameraState.Live, () -> "state=" + camera.state());
            long back = System.nanoTime();
            awaitMotion(chromium, painted, 15, "after the camera's return");
            System.out.printf("The picture moves %.2f s after the camera's return%n", (System.nanoTime() - back) / 1e9);
            assertEquals("webcodecs", technique(chromium));
            assertEquals(200, watched.status());
        } finally {
            film.interrupt();
        }
    }

    /** A camera that ends at once while it is away, and else shows the demo. */
    private static final class Film extends Thread {
        private static final String REASON = "/dev/video7 was unplugged.";

        private final ScriptedSource source;
        private volatile boolean away; // written by the test

        Film(ScriptedSource source) {
            super("film");
            this.source = source;
        }

        /** Each start fails at once from now on: who asks while one is under way would be let in, and shown the placeholder. */
        void leave() {
            away = true;
            source.lose(new CaptureException(CaptureException.Kind.ABSENT, REASON));
        }

        void comeBack() {
            source.mend();
            away = false;
        }

        @Override
        public void run() {
            for (int number = 0; !isInterrupted(); LockSupport.parkNanos(33_000_000)) {
                if (!away) {
                    source.accessUnit(number++ % DemoFrames.all().frames());
                }
            }
        }
    }

    /** Somebody looks at a still for as long as he likes; it goes on at the live edge. */
    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void pausedVideo_staysPaused_andGoesOn(String name) {
        Browser browser = browser(name);
        browser.open("http://127.0.0.1:" + server.port() + "/");
        for (String technique : PAUSABLE) {
            String card = card(technique);
            choose(browser, card, technique);
            Await.until(
                    40,
                    () -> Painted.number(browser, card + " video:not([data-first])") >= 0 && !covered(browser, card),
                    () -> technique + ": " + page(browser));
        }
        browser.run(
                "for (const video of document.querySelectorAll('.stage video')) { video.dataset.mine = ''; video.pause(); }");
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4)); // a freeze would be noticed after 2.5 s
        for (String technique : PAUSABLE) {
            assertFalse(covered(browser, card(technique)), technique);
            assertEquals("–", text(browser, card(technique) + " [data-fact=rate]"), technique);
            assertEquals(
                    true,
                    browser.run("return document.querySelector(arguments[0]).paused", mine(technique)),
                    technique);
        }
        browser.run("for (const video of document.querySelectorAll('[data-mine]')) video.play();");
        for (String technique : PAUSABLE) {
            String playing = card(technique) + " video";
            int before = Painted.number(browser, playing);
            Await.until(
                    30,
                    () -> {
                        int now = Painted.number(browser, playing);
                        return now >= 0 && now != before;
                    },
                    () -> technique + " does not go on: " + page(browser));
        }
    }

    private static String card(String camera) {
        return "[data-camera=" + camera + "]";
    }

    private static String mine(String camera) {
        return card(camera) + " video[data-mine]";
    }

    /** Between two techniques the old picture is on top; all of them have the place that the page gave to the first. */
    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void changeOfTechnique_showsTheOldPictureUntilTheNewOnePaints(String name) {
        Browser browser = browser(name);
        browser.open("http://127.0.0.1:" + server.port() + "/mse/");
        Await.until(30, () -> Painted.number(browser, PICTURE) >= 0, () -> page(browser));
        browser.run("""
                const stage = document.querySelector('.stage');
                const links = document.querySelector('.links');
                const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
                const top = links.getBoundingClientRect().top + scrollY;
                window.black = []; window.moved = []; window.frames = 0;
                const look = () => {
                  requestAnimationFrame(look);
                  window.frames++;
                  const now = links.getBoundingClientRect().top + scrollY;
                  if (Math.abs(now - top) > 1 && moved.length < 20) moved.push(`links ${top} ${now} ${document.querySelector('.reasons').innerText}`);
                  const pictures = [...stage.querySelectorAll('canvas, video, img')];
                  const place = JSON.stringify(stage.getBoundingClientRect());
                  for (const picture of pictures) if (JSON.stringify(picture.getBoundingClientRect()) !== place) moved.push(picture.tagName);
                  for (const picture of pictures) {
                    if (picture.tagName !== 'VIDEO' || picture.presents !== undefined) continue;
                    picture.presents = false;
                    picture.requestVideoFrameCallback?.(() => { picture.presents = true; });
                  }
                  const highest = pictures.at(-1); // the last one of a page lies on top
                  const width = highest?.videoWidth || highest?.naturalWidth || highest?.width;
                  context.clearRect(0, 0, 1, 1);
                  try { if (width) context.drawImage(highest, 0, 0, 1, 1); } catch (broken) { /* nothing is drawn */ }
                  const jumps = highest?.seeking && highest.presents; // the screen has its last picture until the next, a canvas gets none
                  if (!jumps && context.getImageData(0, 0, 1, 1).data[3] < 255) black.push(highest ? `${highest.outerHTML} ready ${highest.readyState} seeking ${highest.seeking} at ${highest.currentTime} after ${highest.getVideoPlaybackQuality?.().totalVideoFrames} frames` : 'nothing');
                };
                look();
                """);
        for (String technique : List.of("mjpeg", "video", "webcodecs", "mse", "snapshot", "hls")) {
            if (browser.run("return document.querySelector(`[data-show=${arguments[0]}]`)", technique) == null) {
                continue; // Firefox of that version has no WebCodecs
            }
            choose(browser, "", technique);
            Await.until(
                    40,
                    () -> technique(browser).equals(technique)
                            && browser.run("return document.querySelector('[data-still]')") == null,
                    () -> technique + ": " + page(browser));
        }
        assertEquals(List.of(), browser.run("return window.black"));
        assertEquals(List.of(), browser.run("return window.moved"));
        assertTrue(((Number) Objects.requireNonNull(browser.run("return window.frames"))).intValue() > 20);
    }

    /** Looked at from around it, before its scripts run: nothing moves once it is laid out, and what has once been painted is never black again. */
    @ParameterizedTest
    @ValueSource(strings = {"chromium", "firefox"})
    void pageThatLoads_movesNothing_andIsNotBlackAgain(String name) {
        Browser browser = browser(name);
        browser.open("http://127.0.0.1:" + server.port() + "/system");
        browser.run(LOAD, "/video/");
        Await.until(
                60,
                () -> Boolean.TRUE.equals(browser.run("return window.looks > 5 && window.paints()")),
                () -> browser.name() + ": " + browser.run("""
                        const stage = window.page().querySelector('.stage');
                        return `looked at ${window.looks} times, ${window.page().styleSheets.length} sheets, ${stage?.outerHTML}`;
                        """));
        assertEquals(List.of(), browser.run("return window.moved"));
        assertEquals(List.of(), browser.run("return window.black"));
    }

    @Test
    void page_violatesNoPolicy_whateverTheTechnique() {
        chromium.open("about:blank"); // the page before may miss its server
        chromium.driver().manage().logs().get("browser");
        chromium.open("http://127.0.0.1:" + server.port() + "/mse/");
        for (String technique : List.of("img", "mjpeg", "video", "mse", "hls", "dash", "snapshot", "off", "auto")) {
            if (chromium.run("return document.querySelector(`[data-show=${arguments[0]}]`)", technique) == null) {
                continue; // no button
            }
            choose(chromium, "", technique);
            LockSupport.parkNanos(300_000_000);
        }
        Await.until(20, () -> Painted.number(chromium, PICTURE) >= 0, () -> page(chromium));
        assertEquals(
                List.of(),
                chromium.driver().manage().logs().get("browser").getAll().stream()
                        .map(Object::toString)
                        // dash.js tells that its play() was cut short when the next technique is chosen soon after
                        .filter(line -> !line.contains("play() request was interrupted"))
                        .toList());
    }
}
