package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The system page's bar of the memory budget, in Chromium. */
@Tag("players")
@Timeout(120)
class MemoryBarPlayersTest {
    private static final String ROWS =
            "return [...document.querySelectorAll('[data-parts] li')].map(row => row.firstChild.textContent)";
    private static final String PIECES =
            "return [...document.querySelectorAll('[data-bar] rect')].map(piece => piece.getBoundingClientRect().width)";
    private static final String BAR = "return document.querySelector('[data-bar]').getBoundingClientRect().width";

    @TempDir
    Path work;

    @Test
    void system_whileCamerasPlay_showsEachHolderOfStats() throws Exception {
        try (PerchServer server = PerchServer.start(
                        PerchServer.config(TestCameras.demo("front"), TestCameras.demo("back")), work);
                Answer front = Answer.get(server.port(), "/front/stream.mp4");
                Answer back = Answer.get(server.port(), "/back/stream.mjpg");
                Chromium browser = Chromium.window()) {
            assertEquals(List.of(200, 200), List.of(front.status(), back.status()));
            browser.open("http://127.0.0.1:" + server.port() + "/system");
            Await.until(
                    30,
                    () -> shown(browser).contains("viewers") && shown(browser).equals(holders(server)),
                    () -> "shown=" + shown(browser) + " held=" + holders(server));
            assertTrue(
                    shown(browser).stream().anyMatch(holder -> holder.startsWith("front ")),
                    () -> shown(browser).toString());
            JsonObject budget = budget(server);
            double held = budget.getDouble("leasedBytes") / budget.getDouble("totalBytes");
            List<Double> pieces = numbers(browser);
            assertEquals(shown(browser).size(), pieces.size());
            double sum = pieces.stream().mapToDouble(Double::doubleValue).sum();
            double bar = ((Number) Objects.requireNonNull(browser.run(BAR))).doubleValue();
            assertEquals(held, sum / bar, 0.05, () -> "pieces=" + pieces + " bar=" + bar);
        }
    }

    private static Set<String> shown(Chromium browser) {
        Set<String> names = new TreeSet<>();
        ((List<?>) Objects.requireNonNull(browser.run(ROWS))).forEach(name -> names.add(name.toString()));
        return names;
    }

    private static List<Double> numbers(Chromium browser) {
        return ((List<?>) Objects.requireNonNull(browser.run(PIECES)))
                .stream().map(width -> ((Number) width).doubleValue()).toList();
    }

    private static Set<String> holders(PerchServer server) {
        return new TreeSet<>(budget(server).getObject("holders").keySet());
    }

    private static JsonObject budget(PerchServer server) {
        try (Answer answer = Answer.get(server.port(), "/stats")) {
            String json = new String(
                    answer.body().readNBytes(Integer.parseInt(answer.header("Content-Length"))),
                    StandardCharsets.UTF_8);
            return JsonParser.object().from(json).getObject("budget");
        } catch (IOException | JsonParserException broken) {
            throw new AssertionError(broken);
        }
    }
}
