package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PicturesConfig;
import dev.perch.config.Quality;
import dev.perch.config.RenditionConfig;
import dev.perch.config.Turn;
import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Players that change between the renditions of a camera while they play. Needs ffmpeg. */
@Tag("players")
@Timeout(300)
class RenditionPlayersTest {
    private static final String MANIFEST = "dash/manifest.mpd";

    /** Plays by dash.js or hls.js; {@code change(name)} has it go to a rendition by its width. */
    private static final String PLAY = """
            const [player, done] = arguments;
            const element = document.createElement('script');
            element.src = player === 'dash' ? '/static/players/dash.mediaplayer.min.js' : '/static/players/hls.min.js';
            element.onerror = () => done('no player');
            element.onload = () => {
              document.body.innerHTML = '<video muted autoplay width=200></video>';
              const video = document.querySelector('video');
              window.trouble = [];
              window.last = 0;
              if (player === 'dash') {
                const dash = window.player = dashjs.MediaPlayer().create();
                dash.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false } }, buffer: { fastSwitchEnabled: true } } });
                dash.on('error', ({ error }) => trouble.push(`${error.code} ${error.message}`));
                dash.initialize(video, '/dash/manifest.mpd', true);
                window.widths = () => (dash.isReady() ? dash.getRepresentationsByType('video') ?? [] : []).map(each => each.width).sort();
                window.change = width =>
                  dash.setRepresentationForTypeById('video', dash.getRepresentationsByType('video').find(each => each.width === width).id);
              } else {
                const hls = window.player = new Hls({ enableWorker: false });
                hls.on(Hls.Events.ERROR, (event, data) => data.fatal && trouble.push(data.details));
                hls.loadSource('/hls/index.m3u8');
                hls.attachMedia(video);
                window.widths = () => hls.levels.map(each => each.width).sort();
                window.change = width => { hls.nextLevel = hls.levels.findIndex(each => each.width === width); };
              }
              done('');
            };
            document.head.append(element);
            """;

    private static final String STATE = """
            const video = document.querySelector('video');
            return JSON.stringify([trouble, widths(), video.videoWidth, video.currentTime, video.readyState, video.buffered.length]);
            """;

    @TempDir
    static Path work;

    private static PerchServer server;

    @BeforeAll
    static void start() throws Exception {
        Quality quality =
                Quality.of(0.5).sized(new CameraConfig.PictureSize(320, 180)).paced(new CameraConfig.FrameRate(10, 1));
        PicturesConfig pictures =
                new PicturesConfig(new Turn(0, false), List.of(new RenditionConfig("small", quality)));
        CameraConfig demo = TestCameras.demo("demo").with(pictures);
        server = PerchServer.start(PerchServer.config(demo), work);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void manifest_hasARepresentationOfEach_thatProgramsRead() throws Exception {
        String manifest = server.get(MANIFEST).body();
        assertEquals(2, manifest.split("<AdaptationSet ", -1).length - 1, manifest);
        assertTrue(
                manifest.contains("<Representation id=\"main\"") && manifest.contains("<Representation id=\"small\""));
        String probed = String.join(
                " ",
                Tool.lines(
                        "ffprobe",
                        "-v",
                        "error",
                        "-show_entries",
                        "stream=codec_name,width",
                        "-of",
                        "compact=p=0:nk=1",
                        server.address(MANIFEST)));
        assertTrue(probed.contains("h264|320") && probed.contains("aac"), probed);
        String alone = server.get(MANIFEST + "?renditions=0").body();
        assertTrue(alone.contains("availabilityTimeOffset") && !alone.contains("small"), alone);
        String silent = server.get(MANIFEST + "?audio=0").body();
        assertTrue(silent.contains("small") && !silent.contains("audio/mp4"), silent);
    }

    @Test
    void dashJs_changesDownAndUp() throws Exception {
        changesDownAndUp("dash");
    }

    @Test
    void hlsJs_changesDownAndUp() throws Exception {
        changesDownAndUp("hls");
    }

    private void changesDownAndUp(String player) throws Exception {
        try (Chromium browser = Chromium.window()) {
            browser.open(server.address("stats"));
            browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
            assertEquals("", browser.driver().executeAsyncScript(PLAY, player));
            await(browser, "return widths().length === 2 && document.querySelector('video').readyState >= 3");
            List<?> widths = (List<?>) Objects.requireNonNull(browser.run("return widths()"));
            Object large = widths.stream()
                    .filter(each -> !each.equals(320L))
                    .findFirst()
                    .orElseThrow();
            for (Object width : List.of(320L, large)) {
                browser.run("change(arguments[0]); last = document.querySelector('video').currentTime", width);
                await(browser, "return document.querySelector('video').videoWidth === " + width);
                await(browser, "return document.querySelector('video').currentTime > last + 2");
            }
            assertEquals("[]", String.valueOf(browser.run("return JSON.stringify(trouble)")));
        }
    }

    private static void await(Chromium browser, String condition) {
        Await.until(80, () -> Boolean.TRUE.equals(browser.run(condition)), () -> condition + ": " + browser.run(STATE));
    }
}
