package dev.perch.web.controls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.PixelFormat;
import dev.perch.testing.Chromium;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.v4l2.FakeControls;
import dev.perch.v4l2.FakeV4l2;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.chrome.ChromeDriver;

/** The panel of controls on a camera's page, used in Debian's Chromium. */
@Tag("players")
class ControlsPanelTest {
    private final FakeControls controls = new FakeControls();

    @TempDir
    Path work;

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
