package dev.perch.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The numbers in a page's picture over time, looked at before each repaint of the screen. */
public final class Painted {
    /**
     * Script that defines {@code readNumber(selector)}: the number that any element shows which can be drawn, by the row of 20 cells, drawn at once, as a
     * video goes on between two drawings; -1 while there is none.
     */
    public static final String READ = """
            window.readNumber ??= selector => {
              const context = window.readContext ??= new OffscreenCanvas(200, 1).getContext('2d', { willReadFrequently: true });
              const picture = document.querySelector(selector);
              const width = picture?.videoWidth || picture?.naturalWidth || picture?.width;
              const height = picture?.videoHeight || picture?.naturalHeight || picture?.height;
              if (picture?.tagName === 'CANVAS' && width === 300 && height === 150) return -1; // as HTML makes it: nothing was painted
              if (!width || !height || picture.tagName === 'VIDEO' && picture.readyState < 2) return -1;
              context.clearRect(0, 0, 200, 1);
              try {
                context.drawImage(picture, 0, height / 36, width, height / 36, 0, 0, 200, 1);
              } catch (notYet) { return -1; }
              const row = context.getImageData(0, 0, 200, 1).data;
              let number = 0;
              for (let bit = 0; bit < 20; bit++) {
                if (row[40 * bit + 23] < 255) return -1;
                if (row[40 * bit + 20] > 128) number |= 1 << bit;
              }
              return number;
            };
            """;

    private static final String WATCH = READ + """
            const [selector] = arguments;
            const log = window.painted = [];
            const run = window.paintedRun = (window.paintedRun || 0) + 1;
            let last = -1;
            const look = () => {
              if (run !== window.paintedRun) return;
              requestAnimationFrame(look);
              const number = window.readNumber(selector);
              if (number >= 0 && number !== last) log.push(Date.now(), last = number);
            };
            look();
            return Date.now();
            """;

    /**
     * One picture.
     *
     * @param millis since 1970, when it was first seen
     */
    public record Sight(long millis, int number) {}

    private final Browser browser;
    private final long sinceMillis;

    private Painted(Browser browser, long sinceMillis) {
        this.browser = browser;
        this.sinceMillis = sinceMillis;
    }

    /** Begins to look at what {@code selector} finds, now or later. */
    public static Painted watch(Browser browser, String selector) {
        return new Painted(browser, ((Number) Objects.requireNonNull(browser.run(WATCH, selector))).longValue());
    }

    /** When it began to look, in milliseconds since 1970. */
    public long sinceMillis() {
        return sinceMillis;
    }

    /** The pictures so far, each once. */
    public List<Sight> sights() {
        List<?> log = (List<?>) Objects.requireNonNull(browser.run("return window.painted"));
        List<Sight> sights = new ArrayList<>();
        for (int i = 0; i + 1 < log.size(); i += 2) {
            sights.add(new Sight(((Number) log.get(i)).longValue(), ((Number) log.get(i + 1)).intValue()));
        }
        return sights;
    }

    /** The number that {@code selector} shows now; -1 where nothing is painted. */
    public static int number(Browser browser, String selector) {
        Object number = browser.run(READ + "return window.readNumber(arguments[0]);", selector);
        return ((Number) Objects.requireNonNull(number)).intValue();
    }
}
