package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.LargeStream;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A camera whose frames come many at once, in Chromium: the picture moves, and not in jumps from burst to burst. */
@Tag("quiet")
@Timeout(120)
@Isolated
class BurstPlayersTest {
    /** Some 16 frames of the large stream. */
    private static final int BURST_BYTES = 512 << 10;

    @TempDir
    static Path work;

    private static PerchServer server;

    @BeforeAll
    static void start() throws Exception {
        server = PerchServer.start(PerchServer.config(LargeStream.make(work).inBursts("bursts", BURST_BYTES)), work);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"video", "mse"})
    void chromium_paintsWhatIsBetween(String technique) throws Exception {
        try (Chromium browser = Chromium.window()) {
            browser.open("http://127.0.0.1:" + server.port() + "/bursts/");
            String click = "const button = document.querySelector(`.switch:not([hidden]) [data-show=${arguments[0]}]`);"
                    + " button?.click(); return Boolean(button)";
            Await.until(
                    10, () -> Boolean.TRUE.equals(browser.run(click, technique)), () -> "no button for " + technique);
            Painted painted = Painted.watch(browser, ".stage video:not([data-first])");
            Await.until(40, () -> painted.sights().size() > 100, () -> String.valueOf(painted.sights()));
            List<Painted.Sight> sights = painted.sights();
            long single = 0;
            for (int i = 60; i < 100; i++) {
                int step = sights.get(i).number() - sights.get(i - 1).number();
                single += step > 0 && step <= 4 ? 1 : 0;
            }
            assertTrue(single > 25, "of 40 steps " + single + " are short: " + sights);
        }
    }
}
