package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Firefox;
import dev.perch.testing.FrameNumber;
import dev.perch.testing.LargeStream;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.Player;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A camera with B pictures in players: no picture is shown before one that was captured earlier. */
@Tag("players")
@Timeout(120)
@Isolated
class ReorderedPlayersTest {
    private static final int PICTURES = 45;

    /** The bare element, hls.js and dash.js side by side; each logs the numbers that it paints. */
    private static final String PLAY = Painted.READ + """
            const done = arguments[0];
            const script = file => new Promise((resolve, reject) => {
              const element = document.createElement('script');
              Object.assign(element, { src: '/static/players/' + file, onload: resolve, onerror: reject });
              document.head.append(element);
            });
            document.body.innerHTML = '';
            window.seen = { bare: [], hls: [], dash: [] };
            const videos = {};
            for (const name of Object.keys(seen)) {
              const video = videos[name] = document.createElement('video');
              Object.assign(video, { id: name, muted: true, autoplay: true, width: 200 });
              document.body.append(video);
              const painted = () => {
                video.requestVideoFrameCallback(painted);
                const number = readNumber('#' + name);
                if (number >= 0 && number !== seen[name].at(-1)) seen[name].push(number);
              };
              video.requestVideoFrameCallback(painted);
            }
            videos.bare.oncanplay = () => videos.bare.play();
            videos.bare.src = '/stream.mp4';
            Promise.all([script('hls.min.js'), script('dash.mediaplayer.min.js')]).then(() => {
              const hls = new Hls({ lowLatencyMode: true });
              hls.loadSource('/hls/index.m3u8');
              hls.attachMedia(videos.hls);
              window.player = dashjs.MediaPlayer().create();
              player.initialize(videos.dash, `http://localhost:${location.port}/dash/manifest.mpd`, true); // six connections to a host
              done('');
            }, failure => done(String(failure)));
            """;

    @TempDir
    static Path work;

    private static PerchServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(PerchServer.config(LargeStream.reordered("reordered", work)), work);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String address(String path) {
        return "http://127.0.0.1:" + server.port() + "/" + path;
    }

    /** Forward by some pictures; back only where the film begins again. */
    private static void assertNeverBack(List<Integer> numbers, String player) {
        for (int i = 1; i < numbers.size(); i++) {
            int step = numbers.get(i) - numbers.get(i - 1);
            assertTrue(step > 0 || step < -200, player + ": " + numbers);
        }
    }

    @Test
    void chromium_bareElement_hlsJsAndDashJs_neverStepBack() throws Exception {
        try (Chromium browser = Chromium.window()) {
            browser.open(address("stats"));
            assertEquals("", browser.driver().executeAsyncScript(PLAY));
            String enough = "return Object.values(seen).every(each => each.length > " + PICTURES + ")";
            Await.until(
                    40,
                    () -> Boolean.TRUE.equals(browser.run(enough)),
                    () -> String.valueOf(browser.run("return JSON.stringify(seen)")));
            for (String player : List.of("bare", "hls", "dash")) {
                List<Integer> numbers = new ArrayList<>();
                for (Object number :
                        (List<?>) Objects.requireNonNull(browser.run("return seen[arguments[0]]", player))) {
                    numbers.add(((Number) Objects.requireNonNull(number)).intValue());
                }
                assertNeverBack(numbers, player);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream.mp4?duration=5", "stream.h264?duration=5"})
    void vlc_showsPictureAfterPicture(String path) throws Exception {
        Path pictures = work.resolve("pictures.y4m");
        Player vlc =
                Player.vlc(work, pictures, "--run-time=7", "--no-drop-late-frames", "--no-skip-frames", address(path));
        List<Integer> numbers = FrameNumber.allOfY4m(Files.readAllBytes(pictures), 640, 360).stream()
                .distinct()
                .toList();
        assertTrue(numbers.size() > PICTURES, () -> numbers + vlc.complaints());
        assertNeverBack(numbers, path + " " + vlc.complaints());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mse", "webcodecs"})
    void chromium_page_neverStepsBack(String technique) throws Exception {
        try (Chromium browser = Chromium.window()) {
            assertPageNeverStepsBack(browser, technique);
        }
    }

    @Test
    void firefox_page_neverStepsBack() throws Exception {
        try (Firefox browser = Firefox.window()) {
            for (String technique : List.of("mse", "video", "hls", "dash")) {
                assertPageNeverStepsBack(browser, technique);
            }
        }
    }

    private static void assertPageNeverStepsBack(Browser browser, String technique) {
        browser.open(address("reordered/"));
        String click = "const button = document.querySelector(`.switch:not([hidden]) [data-show=${arguments[0]}]`);"
                + " button?.click(); return Boolean(button)";
        Await.until(10, () -> Boolean.TRUE.equals(browser.run(click, technique)), () -> "no button for " + technique);
        Painted painted = Painted.watch(browser, ".stage canvas:not([data-first]), .stage video:not([data-first])");
        Await.until(20, () -> painted.sights().size() > PICTURES, () -> technique + " " + painted.sights());
        assertNeverBack(
                painted.sights().stream().skip(10).map(Painted.Sight::number).toList(), technique);
    }

    /** The times that ffmpeg reads rise with the numbers in the pictures, by a frame interval each. */
    @ParameterizedTest
    @ValueSource(strings = {"stream.mp4", "stream.mp4?backlog=0", "hls/index.m3u8", "dash/manifest.mpd"})
    void ffmpeg_showsPictureAfterPicture(String path) throws Exception {
        List<Integer> numbers = Player.decode(work, address(path), PICTURES).numbers();
        assertEquals(PICTURES, numbers.size());
        for (int i = 1; i < numbers.size(); i++) {
            assertEquals(1, Math.floorMod(numbers.get(i) - numbers.get(i - 1), 300), numbers::toString);
        }
        assertTimesRise(path);
    }

    private static void assertTimesRise(String path) throws Exception {
        Player probe = Player.run(
                work,
                "ffprobe",
                "-v",
                "error",
                "-read_intervals",
                "%+#" + PICTURES,
                "-show_entries",
                "frame=pts_time",
                "-of",
                "csv=p=0",
                address(path));
        double last = -1;
        for (String time : new String(probe.output(), StandardCharsets.US_ASCII).split("[,\\s]+", -1)) {
            if (!time.isEmpty()) {
                double seconds = Double.parseDouble(time);
                assertTrue(seconds > last, last + " then " + time);
                last = seconds;
            }
        }
        assertTrue(last > 0.8 * PICTURES / 30, "last=" + last);
    }
}
