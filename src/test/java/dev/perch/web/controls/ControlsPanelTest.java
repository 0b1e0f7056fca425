package dev.perch.web.controls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.PixelFormat;
import dev.perch.testing.Chromium;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.v4l2.FakeControls;
import dev.perch.v4l2.FakeV4l2;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
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
