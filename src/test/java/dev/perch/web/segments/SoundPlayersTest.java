package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.DemoServer;
import dev.perch.testing.FlashAndBeep;
import dev.perch.testing.LipSync;
import dev.perch.testing.SoundPlayer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** The demo's beeps with its flashes, in everything that plays HLS and DASH. */
@Tag("players")
@Timeout(180)
class SoundPlayersTest {
    private static final int MOST_APART_MILLIS = 40;
    private static final String HLS = "demo/hls/index.m3u8";
    private static final String MUXED = "demo/hls/av.m3u8";
    private static final String DASH = "demo/dash/manifest.mpd";

    /** Players, each with the sound that it plays. */
    private static final String PLAY = LipSync.MEASURE + """
            const [hls, done] = arguments;
            const script = file => new Promise((resolve, reject) => {
              const element = document.createElement('script');
              element.src = '/static/players/' + file;
              element.onload = resolve;
              element.onerror = reject;
              document.head.append(element);
            });
            document.body.innerHTML = '';
            window.trouble = [];
            const make = name => {
              const video = document.createElement('video');
              Object.assign(video, { id: name, autoplay: true, width: 200 });
              document.body.append(video);
              measureSync(name, '#' + name);
              return video;
            };
            Promise.all([script('hls.min.js'), script('dash.mediaplayer.min.js')]).then(() => {
              for (const [name, address] of hls ? [['low', '/demo/hls/index.m3u8'], ['muxed', '/demo/hls/av.m3u8']] : []) {
                const player = new Hls({ lowLatencyMode: name === 'low', enableWorker: false });
                player.on(Hls.Events.ERROR, (event, data) => data.fatal && trouble.push(`${name} ${data.details}`));
                player.loadSource(address);
                player.attachMedia(make(name));
              }
              if (!hls) {
                const player = dashjs.MediaPlayer().create();
                player.initialize(make('dash'), '/demo/dash/manifest.mpd', true);
                player.on('error', ({ error }) => trouble.push(`dash ${error.code} ${error.message}`));
              }
              done('');
            }).catch(failure => done(String(failure)));
            """;

    private static final String STATE = """
            return JSON.stringify({ context: hearing.state, trouble, videos: [...document.querySelectorAll('video')].map(video =>
              [video.id, video.paused, video.readyState, video.currentTime, video.webkitAudioDecodedByteCount, video.webkitVideoDecodedByteCount]) });
            """;

    @TempDir
    Path folder;

    @RegisterExtension
    static final DemoServer SERVER = new DemoServer();

    private static SoundPlayer way(String program, String address) {
        return new SoundPlayer(program, () -> SERVER.address(address));
    }

    /** They come in the middle, where VLC 3 finds the time of a track only as these segments tell it. mpv is not asked for DASH, which it reads by ffmpeg (docs/consumers.md). */
    @ParameterizedTest
    @CsvSource({HLS + ", vlc mpv gstreamer", MUXED + ", vlc mpv gstreamer", DASH + ", vlc gstreamer"})
    void programs_playABeepASecond(String manifest, String programs) throws Exception {
        Await.until(
                60,
                () -> fetch(MUXED).lines().filter(line -> line.endsWith(".m4s")).count() >= 4,
                () -> "no four segments");
        List<SoundPlayer> ways = List.of(programs.split(" ", -1)).stream()
                .map(program -> way(program, manifest))
                .toList();
        assertEquals(List.of(), SoundPlayer.faults(ways, folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {HLS, MUXED})
    void ffmpeg_hasEachBeepWithItsFlash(String manifest) throws Exception {
        FlashAndBeep.assertTogether(SERVER.address(manifest), folder);
    }

    /**
     * ffmpeg reads once for how long segments are kept, and passes over those that are older by then (docs/hls-dash.md): it is given a presentation that keeps
     * six seconds, of one period.
     */
    @Test
    void ffmpeg_hasEachBeepWithItsFlash_ofDash() throws Exception {
        Await.until(60, () -> keptSeconds(fetch(DASH)) >= 6, () -> fetch(DASH));
        FlashAndBeep.assertTogether(SERVER.address(DASH), folder);
    }

    /** Returns the whole seconds that a manifest of one period keeps; 0 where there are more. */
    private static int keptSeconds(String manifest) {
        Matcher depth = Pattern.compile("timeShiftBufferDepth=\"PT(\\d+)").matcher(manifest);
        boolean one = manifest.indexOf("<Period") == manifest.lastIndexOf("<Period");
        return one && depth.find() ? Integer.parseInt(depth.group(1)) : 0;
    }

    private static String fetch(String path) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create(SERVER.address(path))).build(), BodyHandlers.ofString())
                .join()
                .body();
    }

    /** Within the 40 ms that ears and eyes take for one: each player by the clocks of the browser's sound and screen. */
    @Test
    void hlsJsAndDashJs_playABeepWithEachFlash() throws Exception {
        try (Chromium browser = Chromium.window()) {
            playTogether(browser, /* hls= */ true, List.of("low", "muxed"));
            playTogether(browser, /* hls= */ false, List.of("dash")); // a browser opens six connections to a host
        }
    }

    private static void playTogether(Chromium browser, boolean hls, List<String> names) {
        browser.open(SERVER.address("stats"));
        browser.driver().findElement(By.tagName("body")).click(); // sound wants a touch first
        assertEquals("", browser.driver().executeAsyncScript(PLAY, hls));
        for (String name : names) {
            System.out.println("ms that beeps come behind their flashes, " + name + ": "
                    + LipSync.await(browser, name, MOST_APART_MILLIS, STATE));
        }
        assertEquals("[]", String.valueOf(browser.run("return JSON.stringify(trouble)")));
    }

    /** Muted, the page asks for no sound; with the button pressed it plays some. */
    @ParameterizedTest
    @ValueSource(strings = {"hls", "dash"})
    void page_playsTheSound_whenItsButtonIsPressed(String technique) throws Exception {
        try (Chromium browser = Chromium.window()) {
            browser.open(SERVER.address("demo/"));
            String state = "const video = document.querySelector('.stage video'); return video?.readyState >= 2"
                    + " ? [video.muted, video.webkitAudioDecodedByteCount > 0].join() : 'none'";
            press(browser, "[data-menu]:not([hidden]) summary");
            press(browser, ".switch:not([hidden]) [data-show=" + technique + "]");
            Await.until(20, () -> "true,false".equals(browser.run(state)), () -> "muted: " + browser.run(state));
            press(browser, "[data-sound]:not([hidden]) button");
            Await.until(20, () -> "false,true".equals(browser.run(state)), () -> "heard: " + browser.run(state));
            Object chosen = browser.run(
                    "return document.querySelector('.switch:not([hidden]) [data-show=' + arguments[0] + ']').ariaPressed",
                    technique);
            assertEquals("true", chosen, "by the same technique");
        }
    }

    private static void press(Chromium browser, String selector) {
        Await.until(
                30,
                () -> {
                    Optional<WebElement> shown = browser.driver().findElements(By.cssSelector(selector)).stream()
                            .filter(WebElement::isDisplayed)
                            .findFirst();
                    shown.ifPresent(WebElement::click);
                    return shown.isPresent();
                },
                () -> "no " + selector);
    }
}
