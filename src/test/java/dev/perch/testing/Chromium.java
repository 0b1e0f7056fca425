package dev.perch.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** Debian's Chromium, driven by chromedriver. */
public final class Chromium implements Browser {
    private final ChromiumProcess process;
    private final Runnable end;

    private Chromium(ChromiumProcess process, Runnable end) {
        this.process = process;
        this.end = end;
    }

    /**
     * Opens a window with a profile of its own in a browser that tests share. Tabs that the driver opens belong to another profile.
     */
    public static Chromium window() throws IOException {
        ChromiumProcess process = ChromiumProcess.lease();
        return new Chromium(process, process::giveBack);
    }

    /**
     * Starts a browser for this test alone.
     *
     * @param folder for its profile
     */
    public static Chromium start(Path folder) throws IOException {
        ChromiumProcess process = ChromiumProcess.start(folder);
        return new Chromium(process, process::end);
    }

    /** Returns the driver, for what only this browser can do. */
    public ChromeDriver driver() {
        return process.driver();
    }

    /** Sends a command of the DevTools protocol. */
    public Map<String, Object> command(String method, Map<String, Object> parameters) {
        return driver().executeCdpCommand(method, parameters);
    }

    @Override
    public void open(String address) {
        driver().get(address);
    }

    @Override
    public @Nullable Object run(String script, Object... arguments) {
        return driver().executeScript(script, arguments);
    }

    @Override
    public void type(String keys) {
        new Actions(driver()).sendKeys(keys).perform();
    }

    @Override
    public byte[] screenshot() {
        return driver().getScreenshotAs(OutputType.BYTES);
    }

    @Override
    public String name() {
        return "Chromium " + driver().getCapabilities().getBrowserVersion();
    }

    @Override
    public void close() {
        end.run();
    }
}
