package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Chromium;
import dev.perch.testing.Painted;
import dev.perch.testing.PerchServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.Rectangle;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** What hands do: dragging, pressing and touching, with the events that a browser makes of them. */
@Tag("players")
@Timeout(300)
@Execution(ExecutionMode.SAME_THREAD)
class PageHandsPlayersTest {
    private static final String PICTURE = ".stage canvas:not([data-still]), .stage video:not([data-first])";
    private static final String ORDER =
            "[...document.querySelectorAll('.tile')].map(tile => tile.dataset.camera).join()";
    private static final String ZOOM = "document.querySelector('.stage').style.getPropertyValue('--zoom')";

    /** A browser without a screen keeps none awake, and has no window of its own for a picture: it tells what it was asked for. */
    private static final String TELLS = """
            window.asked = [];
            Object.defineProperty(navigator, 'wakeLock', { value: { request: async kind => {
              asked.push(`wake ${kind}`);
              return { release: async () => { asked.push('sleep'); } };
            } } });
            Object.defineProperty(document, 'pictureInPictureEnabled', { value: true });
            HTMLVideoElement.prototype.requestPictureInPicture = async function () {
              asked.push(`${navigator.userActivation.isActive ? 'window' : 'refused'} of ${this.videoWidth > 0}`);
            };
            const click = HTMLAnchorElement.prototype.click;
            HTMLAnchorElement.prototype.click = function () {
              if (this.download) asked.push(this.download);
              else click.call(this);
            };
            const address = URL.createObjectURL;
            URL.createObjectURL = object => {
              if (object.type === 'image/jpeg') window.saved = object;
              return address(object);
            };
            """;

    @TempDir
    static Path work;

    private static PerchServer server;
    private static Chromium browser;

    @BeforeAll
    static void start() throws Exception {
        Path file = Files.writeString(
                work.resolve("perch.yml"),
                "server: { port: 0, address: 127.0.0.1, operator-key: " + PerchServer.KEY
                        + " }\ncameras: { one: { demo: true }, two: { demo: true }, three: { demo: true } }\n");
        server = PerchServer.start(PerchConfig.load(file), Files.createDirectories(work.resolve("work")));
        browser = Chromium.start(work);
        browser.driver().manage().window().setSize(new Dimension(1200, 900));
        browser.command("Page.addScriptToEvaluateOnNewDocument", Map.of("source", TELLS));
    }

    @AfterAll
    static void stop() {
        browser.close();
        server.close();
    }

    private static void open(String path) {
        browser.open(server.address(path));
        Await.until(60, () -> Painted.number(browser, PICTURE) >= 0, () -> "no picture: " + text("body"));
    }

    private static String text(String selector) {
        return value("document.querySelector('" + selector + "')?.textContent.trim()");
    }

    private static String value(String expression) {
        return String.valueOf(browser.run("return " + expression));
    }

    private static void awaitValue(String expected, String expression) {
        Await.until(
                60,
                () -> value(expression).matches(expected),
                () -> expression + " is " + value(expression) + " and not " + expected);
    }

    private static WebElement find(String selector) {
        return browser.driver().findElement(By.cssSelector(selector));
    }

    private static void press(CharSequence keys) {
        new Actions(browser.driver()).sendKeys(keys).perform();
    }

    @Test
    void wall_isArrangedByDragging_fillsTheScreen_andStaysAwake() {
        open("");
        assertEquals("one,two,three", value(ORDER));
        drag("three", "one");
        awaitValue("three,one,two", ORDER);
        open("");
        assertEquals("three,one,two", value(ORDER), "the browser remembers");
        press("f");
        awaitValue("wall.*", "document.fullscreenElement?.className");
        awaitValue("wake screen", "window.asked.join()");
        press("f");
        awaitValue("null", "document.fullscreenElement");
        awaitValue("wake screen,sleep", "window.asked.join()");
        open("?cameras=two,one&bare=1");
        assertEquals("two,one", value(ORDER));
        assertEquals("false", value("document.querySelector('header').checkVisibility()"));
        awaitValue("wake screen", "window.asked.join()");
        browser.run("localStorage.clear()");
    }

    /** A browser without a screen leaves what is dragged to whoever drives it; it begins and ends as by a hand. */
    private static void drag(String camera, String to) {
        browser.command("Input.setInterceptDrags", Map.of("enabled", true));
        try {
            int[] from = middle("[data-camera=" + camera + "] .open");
            mouse("mousePressed", from[0], from[1]);
            mouse("mouseMoved", from[0] + 20, from[1] + 20);
            mouse("mouseMoved", from[0] + 40, from[1] + 40);
            awaitValue("true", "Boolean(document.querySelector('.dragged'))");
            int[] onto = middle("[data-camera=" + to + "] .open");
            for (String type : List.of("dragEnter", "dragOver", "drop")) {
                browser.command(
                        "Input.dispatchDragEvent",
                        Map.of(
                                "type",
                                type,
                                "x",
                                onto[0],
                                "y",
                                onto[1],
                                "data",
                                Map.of(
                                        "items",
                                        List.of(Map.of("mimeType", "text/plain", "data", camera)),
                                        "dragOperationsMask",
                                        1)));
            }
            mouse("mouseReleased", onto[0], onto[1]);
        } finally {
            browser.command("Input.setInterceptDrags", Map.of("enabled", false));
        }
    }

    private static int[] middle(String selector) {
        Rectangle place = find(selector).getRect();
        return new int[] {place.x + place.width / 2, place.y + place.height / 2};
    }

    private static void mouse(String type, int x, int y) {
        browser.command(
                "Input.dispatchMouseEvent",
                Map.of("type", type, "x", x, "y", y, "button", "left", "buttons", 1, "clickCount", 1));
    }

    @Test
    void picture_comesNearer_byTwoFingers_andIsMovedByOne() {
        open("one/");
        WebElement stage = find(".stage");
        int x = stage.getLocation().getX() + stage.getSize().getWidth() / 2;
        int y = stage.getLocation().getY() + stage.getSize().getHeight() / 3;
        browser.command("Emulation.setTouchEmulationEnabled", Map.of("enabled", true, "maxTouchPoints", 2));
        try {
            touch("touchStart", x - 40, y, x + 40, y);
            touch("touchMove", x - 80, y, x + 80, y);
            touch("touchMove", x - 120, y, x + 120, y);
            touch("touchEnd");
            awaitValue(".*scale\\((2\\.[5-9]|3).*", ZOOM);
            String near = value(ZOOM);
            touch("touchStart", x, y);
            touch("touchMove", x + 60, y + 20);
            touch("touchEnd");
            awaitValue("translate\\((?!0%).*", ZOOM);
            Await.until(20, () -> !value(ZOOM).equals(near), () -> "it was not moved: " + near);
        } finally {
            browser.command("Emulation.setTouchEmulationEnabled", Map.of("enabled", false));
        }
        press("0");
        awaitValue("none", ZOOM);
        new Actions(browser.driver()).doubleClick(stage).perform();
        awaitValue(".*scale\\(2\\.5\\)", ZOOM);
    }

    private static void touch(String type, int... at) {
        List<Map<String, Object>> points = new ArrayList<>();
        for (int i = 0; i < at.length; i += 2) {
            points.add(Map.of("x", at[i], "y", at[i + 1], "id", i));
        }
        browser.command("Input.dispatchTouchEvent", Map.of("type", type, "touchPoints", points));
    }

    /** The saved file has the number that stands in the picture; a <video> gets a window of its own; a link leads to this camera and no other. */
    @Test
    void picture_isSaved_getsAWindow_andIsShared() {
        open("two/?technique=mse");
        press(Keys.SPACE);
        awaitValue("true", "document.querySelector('[data-screen]').hasAttribute('data-held')");
        browser.run("[...document.querySelectorAll('.stage canvas, .stage video')].at(-1).id = 'top'");
        int still = Painted.number(browser, "#top");
        press("s");
        awaitValue("two 2.*\\.jpg", "window.asked.join()");
        browser.run("""
                const picture = await createImageBitmap(window.saved);
                const canvas = Object.assign(document.createElement('canvas'), { id: 'saved', width: picture.width, height: picture.height });
                canvas.getContext('2d').drawImage(picture, 0, 0);
                document.body.append(canvas);
                """);
        assertEquals(still, Painted.number(browser, "#saved"));
        press(Keys.SPACE);
        Await.until(
                60,
                () -> Painted.number(browser, PICTURE) >= 0 && Painted.number(browser, PICTURE) != still,
                () -> "it stands still at " + still);
        new Actions(browser.driver()).moveToElement(find(".stage")).perform();
        find("[data-do=pip]").click();
        awaitValue(".*,window of true", "window.asked.join()");
        find("[data-do=share]").click();
        awaitValue("true", "Boolean(document.querySelector('dialog input[type=password], dialog [data-link]'))");
        if (value("document.querySelector('dialog [data-link]')").equals("null")) {
            press(PerchServer.KEY);
            press(Keys.ENTER);
        }
        awaitValue("http://127\\.0\\.0\\.1.*", "document.querySelector('dialog [data-link]')?.value");
        browser.open(value("document.querySelector('dialog [data-link]').value"));
        Await.until(60, () -> Painted.number(browser, PICTURE) >= 0, () -> "the link shows nothing: " + text("body"));
        assertEquals("two", text("h1"));
        assertEquals("null", value("document.querySelector('a[href=\"../\"]')"), "no way to the others");
    }
}
