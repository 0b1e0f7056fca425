package dev.perch.web.controls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.testing.Chromium;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.FakeControls;
import dev.perch.v4l2.FakeV4l2;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** The panel of controls on a camera's page, used in Debian's Chromium. */
@Tag("players")
class ControlsPanelTest {
    private final FakeControls controls = new FakeControls();

    @Test
    void fields_setTheControls_andARefusalIsShown() throws Exception {
        ScriptedSource source = ScriptedSource.steady(PixelFormat.MJPG).controlledBy(new FakeV4l2().controls(controls));
        try (PerchServer site = PerchServer.site(Map.of("front", source));
                Chromium browser = Chromium.window()) {
            browser.open(site.address().resolve("front/").toString());
            use(browser.driver());
        }
    }

    private void use(ChromeDriver browser) {
        browser.findElement(By.cssSelector(".controls summary")).click();
        await(() -> browser.findElements(By.cssSelector("[data-control]")).size() == 12);
        browser.findElement(By.cssSelector("[data-control=horizontal_flip]")).click();
        await(() -> browser.findElement(By.cssSelector("[data-key] input")).isDisplayed());
        browser.findElement(By.cssSelector("[data-key] input")).sendKeys(PerchServer.KEY);
        browser.findElement(By.cssSelector("[data-control=horizontal_flip]")).click();
        await(() -> controls.written().equals(List.of("Horizontal Flip=1")));
        browser.executeScript("""
                const level = document.querySelector('[data-control=h264_level]');
                level.value = '2';
                level.dispatchEvent(new Event('change'));
                """);
        await(() -> controls.written().contains("H264 Level=2"));
        await(() -> value(browser, "h264_level").equals("2"));
        browser.executeScript("""
                const zoom = document.querySelector('[data-control=zoom_absolute]');
                zoom.value = '900';
                zoom.dispatchEvent(new Event('change'));
                """);
        await(() -> browser.findElement(By.cssSelector("[data-says]")).isDisplayed());
        assertEquals(
                "zoom_absolute: found 900, accepted: a whole number from 100 to 400 in steps of 25.",
                browser.findElement(By.cssSelector("[data-says]")).getText());
        assertEquals("100", value(browser, "zoom_absolute"));
        drag(browser);
        assertEquals(
                List.of("User Controls", "Codec Controls"),
                browser.executeScript(
                        "return [...document.querySelectorAll('[data-list] legend')].map(legend => legend.textContent)"),
                "grouped as the driver groups them");
        assertEquals(List.of("temperature: read only"), browser.executeScript("""
                        return [...document.querySelectorAll('[data-control]:disabled')].map(
                          field => `${field.dataset.control}:${field.closest('label').querySelector('small').textContent}`);
                        """));
    }

    /** The camera follows the slider; what differs from the default is told as lines of the file, and is put back by its button. */
    private void drag(ChromeDriver browser) {
        String before = value(browser, "brightness");
        WebElement slider =
                browser.findElement(By.xpath("//*[@data-control='brightness']/ancestor::div[1]//input[@type='range']"));
        new Actions(browser)
                .dragAndDropBy(slider, slider.getSize().getWidth() / 3, 0)
                .perform();
        await(() -> !value(browser, "brightness").equals(before)
                && controls.written().contains("Brightness=" + value(browser, "brightness")));
        await(() -> lines(browser).contains("      brightness: " + value(browser, "brightness") + "\n"));
        assertTrue(lines(browser).startsWith("    controls:\n"), lines(browser));
        await(() -> {
            List<WebElement> resets = browser.findElements(By.cssSelector("[aria-label='Reset Brightness']"));
            resets.forEach(WebElement::click);
            return !resets.isEmpty();
        });
        await(() -> !lines(browser).contains("brightness:"));
    }

    /** What the slider does to the picture is seen in the picture, and so is its end. */
    @Test
    void brightness_isSeenInThePicture() throws Exception {
        ScriptedSource source = new ScriptedSource(PixelFormat.MJPG).controlledBy(new FakeV4l2().controls(controls));
        ScheduledExecutorService camera = Executors.newSingleThreadScheduledExecutor();
        try (PerchServer site = PerchServer.site(Map.of("front", source));
                Chromium browser = Chromium.window()) {
            Future<?> taking = camera.scheduleWithFixedDelay(() -> take(source), 0, 100, TimeUnit.MILLISECONDS);
            browser.open(site.address().resolve("front/").toString());
            await(() -> Math.abs(grey(browser) - 128) < 5);
            ChromeDriver driver = browser.driver();
            driver.findElement(By.cssSelector(".controls summary")).click();
            await(() -> !driver.findElements(By.cssSelector("[data-control=brightness]"))
                    .isEmpty());
            browser.run("document.querySelector('[data-key]').hidden = false");
            driver.findElement(By.cssSelector("[data-key] input")).sendKeys(PerchServer.KEY);
            driver.findElement(By.cssSelector("[aria-label='Brightness, slider']"))
                    .sendKeys(Keys.END);
            await(() -> grey(browser) > 250);
            await(() -> !driver.findElements(By.cssSelector("[aria-label='Reset Brightness']"))
                    .isEmpty());
            driver.findElement(By.cssSelector("[aria-label='Reset Brightness']"))
                    .click();
            await(() -> Math.abs(grey(browser) - 128) < 5);
            assertFalse(taking.isDone(), "a picture could not be taken");
        } finally {
            camera.shutdownNow();
        }
    }

    /** A picture as bright as the control says. */
    private static void take(ScriptedSource source) {
        if (source.starts() == 0) {
            return;
        }
        try {
            Control brightness = source.controls().orElseThrow().read().stream()
                    .filter(control -> control.name().equals("brightness"))
                    .findFirst()
                    .orElseThrow();
            int grey = Integer.parseInt(String.valueOf(brightness.value()));
            BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
            for (int i = 0; i < 64 * 48; i++) {
                picture.setRGB(i % 64, i / 64, grey * 0x010101);
            }
            ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
            ImageIO.write(picture, "jpeg", jpeg);
            source.jpeg(Bytes.copyOf(jpeg.toByteArray()));
        } catch (CaptureException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** What stands in the middle of the picture; -1 while there is none. */
    private static int grey(Chromium browser) {
        Object grey = browser.run("""
                const picture = document.querySelector('.stage canvas:not([data-still])');
                if (!picture || !picture.width) return -1;
                const context = new OffscreenCanvas(1, 1).getContext('2d');
                context.drawImage(picture, picture.width / 2, picture.height / 2, 1, 1, 0, 0, 1, 1);
                return context.getImageData(0, 0, 1, 1).data[1];
                """);
        return ((Number) Objects.requireNonNull(grey)).intValue();
    }

    private static String lines(ChromeDriver browser) {
        return String.valueOf(browser.executeScript("return document.querySelector('[data-list] pre')?.textContent"));
    }

    /** Read at once: each answer of the server makes the fields anew. */
    private static String value(ChromeDriver browser, String control) {
        return String.valueOf(browser.executeScript(
                "return document.querySelector(`[data-control=${arguments[0]}]`).value", control));
    }

    private static void await(BooleanSupplier so) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!so.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited in vain");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
