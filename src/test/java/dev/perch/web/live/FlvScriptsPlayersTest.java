package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.testing.Chromium;
import dev.perch.testing.DemoServer;
import dev.perch.testing.Heard;
import dev.perch.testing.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;

/** The demo's stream.flv, with its flashes and beeps, in the two scripts by which pages play FLV. */
@Tag("players")
@Timeout(240)
class FlvScriptsPlayersTest {
    private static final String PLAY = Heard.LISTEN + """
            const library = window[arguments[0]];
            document.body.innerHTML = '<video id="player" autoplay width="200"></video>';
            const video = document.querySelector('#player');
            window.trouble = [];
            const player = library.createPlayer({ type: 'flv', isLive: true, hasAudio: true, hasVideo: true, url: '/demo/stream.flv' },
              { enableWorker: false, enableStashBuffer: false });
            player.on(library.Events.ERROR, (kind, detail) => trouble.push(`${kind} ${detail}`));
            player.attachMediaElement(video);
            player.load();
            hear('flv', '#player');
            """;

    private static final String STATE = """
            const video = document.querySelector('#player');
            return JSON.stringify({ trouble, time: video.currentTime, ready: video.readyState, paused: video.paused,
              sound: video.webkitAudioDecodedByteCount, error: video.error?.message });
            """;

    @TempDir
    Path folder;

    @RegisterExtension
    static final DemoServer SERVER = new DemoServer();

    @ParameterizedTest
    @CsvSource({"mpegts.js, 1.8.0, dist/mpegts.js, mpegts", "flv.js, 1.6.2, dist/flv.min.js, flvjs"})
    void chromium_playsABeepWithEachFlash(String name, String version, String file, String global) throws Exception {
        String script = script(name, version, file);
        try (Chromium browser = Chromium.window()) {
            browser.open(SERVER.address("stats"));
            browser.driver().findElement(By.tagName("body")).click(); // sound wants a touch first
            browser.run(script);
            browser.run(PLAY, global);
            Heard.awaitTogether(browser, "flv", 1, STATE);
            assertEquals("[]", String.valueOf(browser.run("return JSON.stringify(trouble)")));
        }
    }

    /** Returns the script of a package, as its registry has it. */
    private String script(String name, String version, String file) throws Exception {
        String packed = name + "-" + version + ".tgz";
        Tool.output("npm", "pack", "--silent", "--pack-destination", folder.toString(), name + "@" + version);
        Tool.output("tar", "-xzf", folder.resolve(packed).toString(), "-C", folder.toString());
        return Files.readString(folder.resolve("package").resolve(file));
    }
}
