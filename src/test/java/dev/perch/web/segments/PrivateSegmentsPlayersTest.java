package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** hls.js and dash.js in Chromium over a camera that is made private, and shown again: they go on with the card, and with the picture. */
@Tag("players")
@Timeout(400)
class PrivateSegmentsPlayersTest {
    private static final int SWITCHES = Integer.getInteger("perch.privacy.switches", 1);
    private static final int PATIENCE_SECONDS = 90;
    private static final int MOVING = 5;
    private static final Map<String, List<String>> PLAYERS =
            Map.of("hls.js", List.of("sound", "low", "classic"), "dash.js", List.of("dash"));

    /** The players side by side: of hls.js with and without sound and parts, and dash.js. */
    private static final String PLAY = Painted.READ + """
            const [library, done] = arguments;
            const script = file => new Promise((resolve, reject) => {
              const element = document.createElement('script');
              element.src = '/static/players/' + file;
              element.onload = resolve;
              element.onerror = reject;
              document.head.append(element);
            });
            document.body.innerHTML = '';
            window.told = {};
            const video = name => {
              const element = document.createElement('video');
              Object.assign(element, { id: name, muted: true, autoplay: true, width: 200 });
              element.addEventListener('canplay', () => element.play()); // by itself it plays only where it is seen
              document.body.append(element);
              told[name] = [];
              return element;
            };
            Promise.all([script('hls.min.js'), script('dash.mediaplayer.min.js')]).then(() => {
              const begin = (name, lowLatencyMode, address) => {
                const hls = new Hls({ lowLatencyMode, backBufferLength: 10 });
                hls.on(Hls.Events.ERROR, (event, { details, error, fatal }) => told[name].push(`${Date.now()} ${fatal} ${details} ${error}`));
                hls.loadSource(address);
                hls.attachMedia(video(name));
              };
              if (library === 'hls.js') {
                begin('sound', true, '/front/hls/index.m3u8');
                begin('low', true, `http://localhost:${location.port}/front/hls/index.m3u8?audio=0`); // six connections to a host
                begin('classic', false, '/front/hls/index.m3u8');
              } else {
                const player = dashjs.MediaPlayer().create();
                player.initialize(video('dash'), '/front/dash/manifest.mpd', true);
                player.on('error', ({ error }) => told.dash.push(`${error.code} ${error.message}`));
              }
              done('');
            }, failure => done(String(failure)));
            """;

    private static final String STATE = """
            const video = document.querySelector('#' + arguments[0]);
            const spans = [];
            for (let i = 0; i < video.buffered.length; i++) spans.push(video.buffered.start(i).toFixed(3) + '-' + video.buffered.end(i).toFixed(3));
            return `${readNumber('#' + arguments[0])} at ${video.currentTime} ready ${video.readyState} paused ${video.paused} buffered ${spans}\\n`
              + told[arguments[0]].slice(-20).join('\\n');
            """;

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(strings = {"hls.js", "dash.js"})
    void switchedOffAndOn_eachPlayerShowsTheCardAndThePictureAgain(String library) throws Exception {
        List<String> players = Objects.requireNonNull(PLAYERS.get(library));
        try (PerchServer server = PerchServer.start(
                        PerchServer.config(TestCameras.demo("front"))
                                .withServer(new ServerConfig("127.0.0.1", 0, PerchServer.KEY)),
                        work.resolve("tomcat"));
                Chromium browser = Chromium.window()) {
            browser.open(server.address("stats"));
            browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(PATIENCE_SECONDS));
            assertEquals("", browser.driver().executeAsyncScript(PLAY, library));
            awaitMotion(browser, players, "at first");
            for (int i = 0; i < SWITCHES; i++) {
                assertEquals(
                        200, server.put("/front/privacy", "{\"private\": true}").statusCode());
                awaitCard(browser, players, i);
                assertEquals(
                        200,
                        server.put("/front/privacy", "{\"private\": false}").statusCode());
                awaitMotion(browser, players, "after switch " + i);
            }
        }
    }

    private static void awaitMotion(Chromium browser, List<String> players, String when) {
        for (String player : players) {
            Set<Integer> seen = new HashSet<>();
            Await.until(
                    PATIENCE_SECONDS,
                    () -> {
                        int number = number(browser, player);
                        return number > 0 && seen.add(number) && seen.size() > MOVING;
                    },
                    () -> player + " does not show the picture " + when + ": " + state(browser, player));
        }
    }

    /** The card is dark where the demo has its number, which then reads as 0. */
    private static void awaitCard(Chromium browser, List<String> players, int switches) {
        for (String player : players) {
            Await.until(
                    PATIENCE_SECONDS,
                    () -> number(browser, player) == 0,
                    () -> player + " does not show the card of switch " + switches + ": " + state(browser, player));
        }
    }

    private static int number(Chromium browser, String player) {
        return Painted.number(browser, "#" + player);
    }

    private static String state(Chromium browser, String player) {
        return String.valueOf(browser.run(STATE, player));
    }
}
