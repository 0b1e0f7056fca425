package dev.perch.testing;

import java.util.Map;

/** Chromium's measurements of a page that loads: what moves (W3C Layout Instability), tasks over 50 ms (Long Tasks), and when there are pictures. */
public final class PageWatch {
    private static final String WATCH = """
            window.watched = { moved: 0, what: [], tasks: [], picture: 0, pictures: 0 };
            const name = node => node && (node.id || node.className?.baseVal || node.className || node.nodeName);
            const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
            new PerformanceObserver(list => {
              for (const { value, hadRecentInput, sources } of list.getEntries()) {
                if (hadRecentInput) continue;
                watched.moved += value;
                for (const { node, previousRect, currentRect } of sources) {
                  watched.what.push(`${name(node)} ${place(previousRect)} to ${place(currentRect)}`);
                }
              }
            }).observe({ type: 'layout-shift', buffered: true });
            new PerformanceObserver(list => watched.tasks.push(...list.getEntries().map(({ duration }) => Math.round(duration))))
              .observe({ type: 'longtask', buffered: true });
            const drawn = picture => (picture.tagName === 'VIDEO' ? picture.readyState > 1 : (picture.naturalWidth || picture.width) > 0);
            const shows = stage => [...stage.querySelectorAll('img, video, canvas')].some(drawn);
            const seen = ({ bottom, top }) => bottom > 0 && top < innerHeight;
            const look = () => {
              const stages = [...document.querySelectorAll('[data-stage]')].filter(stage => seen(stage.getBoundingClientRect()));
              if (!watched.picture && stages.some(shows)) watched.picture = performance.now();
              if (!watched.pictures && stages.length && stages.every(shows)) watched.pictures = performance.now();
              if (!watched.pictures) requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
            """;

    /** All that comes later has come: the numbers of the server twice, and a picture of the script's in each place in sight. */
    private static final String COMPLETE = """
            const asked = performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/stats')).length;
            const stages = [...document.querySelectorAll('[data-stage]')].filter(stage => {
              const { bottom, top } = stage.getBoundingClientRect();
              return bottom > 0 && top < innerHeight;
            });
            const drawn = picture => (picture.videoWidth || picture.naturalWidth || picture.width) > 0;
            return (asked > 1 || location.pathname.endsWith('/recordings/')) && stages.every(stage =>
              !stage.querySelector('[data-first]') && [...stage.querySelectorAll('canvas, video, img')].some(drawn));
            """;

    private PageWatch() {}

    /** Watches each page that the browser opens from now on. */
    public static void begin(Chromium browser) {
        browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", WATCH));
    }

    /** Opens a page, and waits until it shows all that it has. */
    public static void open(Chromium browser, String address) {
        browser.open(address);
        Await.until(
                60,
                () -> Boolean.TRUE.equals(browser.run(COMPLETE)),
                () -> address + ": " + browser.run("return document.body.innerText"));
    }

    /** Returns a number of what was watched, such as {@code watched.moved}. */
    public static double number(Chromium browser, String expression) {
        return browser.run("return " + expression) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
