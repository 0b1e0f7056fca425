package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.DemoServer;
import dev.perch.testing.Firefox;
import dev.perch.testing.FlashAndBeep;
import dev.perch.testing.Heard;
import dev.perch.testing.SoundPlayer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;

/** The demo's beeps with its flashes in stream.mp4 and stream.flv, and on the page. */
@Tag("players")
@Timeout(180)
class SoundStreamPlayersTest {
    /** What the page's sound is, and what its player has decoded of it. */
    private static final String SOUND = """
            const video = document.querySelector('.stage video:not([data-first])');
            const box = document.querySelector('[data-sound]');
            return JSON.stringify({
              shown: box.hidden === false, pressed: box.querySelector('button').getAttribute('aria-pressed'),
              technique: document.querySelector('[data-stage]').dataset.technique,
              muted: video?.muted, volume: video?.volume, paused: video?.paused, time: video?.currentTime,
              decoded: video?.webkitAudioDecodedByteCount ?? (video?.mozHasAudio ? 1 : 0), error: video?.error?.message,
            });
            """;

    @TempDir
    Path folder;

    @RegisterExtension
    static final DemoServer SERVER = new DemoServer();

    private static SoundPlayer way(String program, String address) {
        return new SoundPlayer(program, () -> SERVER.address(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo/stream.mp4", "demo/stream.flv"})
    void programs_playABeepASecond(String stream) throws Exception {
        List<SoundPlayer> players = List.of(way("vlc", stream), way("mpv", stream), way("gstreamer", stream));
        assertEquals(List.of(), SoundPlayer.faults(players, folder));
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo/stream.mp4", "demo/stream.mp4?start=hybrid&audio=1", "demo/stream.flv"})
    void ffmpeg_hasEachBeepWithItsFlash(String stream) throws Exception {
        FlashAndBeep.assertTogether(SERVER.address(stream), folder);
    }

    private static String sound(Browser browser) {
        return String.valueOf(browser.run(SOUND));
    }

    private static void await(Browser browser, String... parts) {
        Await.until(
                25,
                () -> {
                    String sound = sound(browser);
                    return List.of(parts).stream().allMatch(sound::contains);
                },
                () -> List.of(parts) + " " + sound(browser));
    }

    /** The picture moves in silence; the button and the slider make it heard, and a reload remembers both. */
    private static void buttonAndSlider(Browser browser) {
        browser.open(SERVER.address("demo/"));
        await(browser, "\"shown\":true", "\"pressed\":\"false\"");
        assertTrue(!sound(browser).contains("\"muted\":false"), () -> sound(browser));
        browser.run("document.querySelector('[data-sound] button').click()");
        await(browser, "\"technique\":\"mse\"", "\"pressed\":\"true\"", "\"paused\":false");
        browser.run("""
                const slider = document.querySelector('[data-sound] input');
                slider.value = '25';
                slider.dispatchEvent(new Event('input'));
                """);
        await(browser, "\"volume\":0.25");
        browser.open(SERVER.address("demo/"));
        await(browser, "\"pressed\":\"true\"", "\"volume\":0.25", "\"technique\":\"mse\"", "\"paused\":false");
        Await.until(25, () -> !sound(browser).contains("\"decoded\":0"), () -> sound(browser));
    }

    @Test
    void chromium_buttonVolumeAndBeepsWithTheFlashes() throws Exception {
        try (Chromium browser = Chromium.window()) {
            buttonAndSlider(browser);
            browser.driver().findElement(By.tagName("h1")).click(); // it may be heard from now on
            await(browser, "\"muted\":false", "\"paused\":false");
            browser.run(Heard.LISTEN + "hear('page', '.stage video:not([data-first])');");
            Heard.awaitTogether(browser, "page", 1, SOUND);
            browser.run("document.querySelector('[data-sound] button').click()");
            await(browser, "\"pressed\":\"false\"");
            Await.until(25, () -> !sound(browser).contains("\"muted\":false"), () -> sound(browser));
        }
    }

    @Test
    void firefox_buttonAndVolume() throws Exception {
        try (Firefox browser = Firefox.window()) {
            buttonAndSlider(browser);
        }
    }
}
