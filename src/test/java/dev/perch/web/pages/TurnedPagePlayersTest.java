package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PicturesConfig;
import dev.perch.config.Turn;
import dev.perch.media.Orientation;
import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.Corners;
import dev.perch.testing.CornersCamera;
import dev.perch.testing.Firefox;
import dev.perch.testing.PerchServer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a camera whose H.264 is turned by the track's matrix: what Chromium and Firefox paint of it, by its corners in a screenshot. */
@Tag("players")
@Timeout(240)
class TurnedPagePlayersTest {
    private static final Orientation TURN = new Orientation(90, false);
    private static final List<String> TECHNIQUES = List.of("webcodecs", "mse", "video");

    @TempDir
    private Path work;

    private PerchServer server() throws Exception {
        CameraConfig camera = CornersCamera.of("turned", CameraConfig.Format.H264, work)
                .with(new PicturesConfig(new Turn(TURN.degrees(), TURN.mirrored()), List.of()));
        return PerchServer.start(PerchServer.config(camera), work);
    }

    @Test
    void chromium_paintsItTurned_byEachTechnique() throws Exception {
        try (PerchServer server = server();
                Chromium chromium = Chromium.window()) {
            shows(server, chromium);
        }
    }

    @Test
    void firefox_paintsItTurned_byEachTechnique() throws Exception {
        try (PerchServer server = server();
                Firefox firefox = Firefox.window()) {
            shows(server, firefox);
        }
    }

    private static void shows(PerchServer server, Browser browser) {
        browser.open(server.address("turned/"));
        List<String> shown = new ArrayList<>();
        for (String technique : TECHNIQUES) {
            boolean there = Boolean.TRUE.equals(browser.run("""
                    const button = document.querySelector(`.switch [data-show=${arguments[0]}]`);
                    button?.click();
                    return Boolean(button) && !button.hidden && !button.disabled;
                    """, technique));
            if (there) {
                shown.add(technique);
                Await.until(
                        30,
                        () -> Corners.expected(TURN).equals(seen(browser)),
                        () -> browser.name() + " by " + technique + " shows " + seen(browser) + ": "
                                + browser.run("return document.querySelector('.stage').outerHTML"));
            }
        }
        assertTrue(shown.size() >= 2, browser.name() + ": " + shown);
    }

    /** The corners of the picture in a screenshot; it fills the stage as far as its aspect lets it. */
    private static String seen(Browser browser) {
        Object box = browser.run("""
                const view = document.querySelector('.stage canvas:not([data-still]), .stage video:not([data-first])');
                const width = view?.videoWidth || view?.width;
                const height = view?.videoHeight || view?.height;
                if (!width || !height || view.tagName === 'VIDEO' && view.readyState < 2) return null;
                const place = view.getBoundingClientRect();
                const scale = Math.min(place.width / width, place.height / height);
                const left = place.left + (place.width - scale * width) / 2;
                const top = place.top + (place.height - scale * height) / 2;
                return [left, top, scale * width, scale * height].map(side => side * devicePixelRatio);
                """);
        if (!(box instanceof List<?> sides)) {
            return "nothing";
        }
        try {
            BufferedImage window = ImageIO.read(new ByteArrayInputStream(browser.screenshot()));
            int[] place =
                    sides.stream().mapToInt(side -> ((Number) side).intValue()).toArray();
            int width = Math.min(place[2], window.getWidth() - place[0]);
            int height = Math.min(place[3], window.getHeight() - place[1]);
            return place[3] <= place[2]
                    ? "a picture on its side of " + place[2] + "x" + place[3]
                    : Corners.seen(window.getSubimage(place[0], place[1], width, height));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
