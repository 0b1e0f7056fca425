package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.source.Source;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Firefox;
import dev.perch.testing.Gate;
import dev.perch.testing.OneFormatSource;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.Dimension;

/** The wall of six cameras that give one format each, on a machine that encodes nothing. */
@Tag("players")
@Timeout(180)
class WallPlayersTest {
    private static final int CAMERAS = 6;

    /** Follows what each card paints; a card's number rises as its demo goes on. */
    private static final String CARDS = """
            return [...document.querySelectorAll('[data-camera]')].map(card => {
              const picture = card.querySelector('.stage canvas:not([data-still]), .stage video:not([data-first]), .stage img');
              const width = picture?.videoWidth || picture?.naturalWidth || picture?.width;
              const height = picture?.videoHeight || picture?.naturalHeight || picture?.height;
              let seen = -1;
              if (width && !(picture.tagName === 'VIDEO' && picture.readyState < 2)) {
                const context = new OffscreenCanvas(200, 1).getContext('2d');
                context.drawImage(picture, 0, height / 36, width, height / 36, 0, 0, 200, 1);
                const row = context.getImageData(0, 0, 200, 1).data;
                seen = 0;
                for (let bit = 0; bit < 20; bit++) if (row[40 * bit + 20] > 128) seen |= 1 << bit;
              }
              return { id: card.dataset.camera, technique: card.querySelector('.stage').dataset.technique ?? '', seen,
                rate: card.querySelector('[data-fact=rate]').textContent, curtain: card.querySelector('[data-curtain]').checkVisibility(),
                says: card.querySelector('[data-curtain]').textContent };
            });
            """;

    private static PerchServer video;
    private static PerchServer mixed;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        video = site(PixelFormat.H264, PixelFormat.H264);
        mixed = site(PixelFormat.H264, PixelFormat.MJPG);
        browser = Chromium.window();
        browser.driver().manage().window().setSize(new Dimension(1600, 2400)); // all in sight
    }

    @AfterAll
    static void stop() {
        browser.close();
        mixed.close();
        video.close();
    }

    private static PerchServer site(PixelFormat even, PixelFormat odd) throws Exception {
        ArenaPool pool = new ArenaPool(new MemoryBudget(64 << 20, "memory.budget"));
        Map<CameraConfig, Source> cameras = new LinkedHashMap<>();
        for (int i = 0; i < CAMERAS; i++) {
            cameras.put(TestCameras.device("c" + i, "Camera " + i), new OneFormatSource(i % 2 == 0 ? even : odd, pool));
        }
        return PerchServer.site(cameras, pool);
    }

    private static List<Map<?, ?>> cards(Browser in) {
        return ((List<?>) Objects.requireNonNull(in.run(CARDS)))
                .stream().<Map<?, ?>>map(card -> (Map<?, ?>) card).toList();
    }

    /** Waits until each card whose technique is one of these has painted {@code pictures} different pictures. */
    private static void assertMove(Browser in, int cards, String techniques, int pictures) {
        Map<Object, Map<Object, Boolean>> seen = new LinkedHashMap<>();
        await(
                60,
                () -> {
                    for (Map<?, ?> card : cards(in)) {
                        if (techniques.contains(String.valueOf(card.get("technique")))
                                && !Boolean.TRUE.equals(card.get("curtain"))) {
                            seen.computeIfAbsent(card.get("id"), id -> new LinkedHashMap<>())
                                    .put(card.get("seen"), true);
                        }
                    }
                    return seen.values().stream()
                                    .filter(numbers -> numbers.size() >= pictures)
                                    .count()
                            >= cards;
                },
                () -> seen + " of " + cards(in));
    }

    private static void assertNothingWasEncoded(PerchServer site) {
        for (int i = 0; i < CAMERAS; i++) {
            site.camera("c" + i)
                    .derivations()
                    .figures()
                    .forEach(made -> assertEquals(0, made.framesOut(), made::toString));
        }
        assertEquals(0, video.camera("c0").feed(Encoding.JPEG).stats().frames());
    }

    @Test
    void sixCamerasOfH264_allMove_inChromium() {
        browser.open(video.address().toString());
        assertMove(browser, CAMERAS, "mse", 8);
        assertNothingWasEncoded(video);
        assertEquals(List.of(), complaints());
    }

    @Test
    void sixCamerasOfH264_allMove_withoutMediaSource() {
        String script = "delete window.MediaSource; delete window.ManagedMediaSource";
        Object id = browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script))
                .get("identifier");
        try {
            browser.open(video.address().toString());
            assertMove(browser, CAMERAS, "webcodecs", 8);
        } finally {
            browser.command(
                    "Page.removeScriptToEvaluateOnNewDocument", Map.of("identifier", Objects.requireNonNull(id)));
        }
    }

    @Test
    void sixCamerasOfH264_allMove_inFirefox() throws Exception {
        try (Firefox firefox = Firefox.window()) {
            firefox.open(video.address().toString());
            firefox.run("document.querySelector('.tiles').style.gridTemplateColumns = 'repeat(6, 1fr)'");
            assertMove(firefox, CAMERAS, "webcodecs mse", 8);
        }
    }

    @Test
    void camerasOfBothFormats_eachShowWhatTheyHave() {
        browser.open(mixed.address().toString());
        assertMove(browser, CAMERAS / 2, "mjpeg", 4);
        assertMove(browser, CAMERAS / 2, "mse", 8);
        assertNothingWasEncoded(mixed);
        assertEquals(List.of(), complaints());
    }

    /** A page tells how many pictures it paints: an MJPEG on the wall is asked for at 5 a second. */
    @Test
    void rate_isThePaintedOne() {
        browser.open(mixed.address().toString());
        await(
                30,
                () -> cards(browser).stream().allMatch(card -> {
                    double rate = rate(card);
                    return "mjpeg".equals(card.get("technique")) ? rate > 2 && rate < 7 : rate > 10 && rate < 40;
                }),
                () -> cards(browser).toString());
    }

    private static double rate(Map<?, ?> card) {
        String text = String.valueOf(card.get("rate"));
        return text.endsWith(" fps") ? Double.parseDouble(text.substring(0, text.length() - 4)) : -1;
    }

    @Test
    void proxyWithoutWebSockets_fourMove_andTheOthersSayWhy() throws Exception {
        try (Gate gate = new Gate(video.address().getPort(), /* upgrades= */ false)) {
            browser.open("http://127.0.0.1:" + gate.port() + "/cams/");
            assertMove(browser, 4, "mse", 8);
            await(
                    30,
                    () -> cards(browser).stream()
                                    .filter(card ->
                                            String.valueOf(card.get("says")).startsWith("A browser has no more"))
                                    .count()
                            == CAMERAS - 4,
                    () -> cards(browser).toString());
            browser.open("about:blank"); // before its server goes: the next test hears of no complaint about that
        }
    }

    /** What the browser has complained of since it was asked the last time. */
    private static List<String> complaints() {
        return browser.driver().manage().logs().get("browser").getAll().stream()
                .map(Object::toString)
                .toList();
    }

    @AfterEach
    void forget() {
        complaints();
    }

    private static void await(double seconds, BooleanSupplier condition, Supplier<String> state) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, () -> "not within " + seconds + " s: " + state.get());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
