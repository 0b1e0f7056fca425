package dev.perch.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * A running Chromium and its driver. The tests of a JVM use it one after the other, each in a browser context of its own. Cookies, storage, caches and
 * windows end with the context.
 */
final class ChromiumProcess {
    private static final Deque<ChromiumProcess> IDLE = new ArrayDeque<>();
    private static boolean endsWithJvm;

    private final Path folder;
    private final ChromeDriverService service;
    private final ChromeDriver driver;
    private @Nullable DevTools devTools;
    private String home = "";
    private String context = "";

    private ChromiumProcess(Path folder, ChromeDriverService service, ChromeDriver driver) {
        this.folder = folder;
        this.service = service;
        this.driver = driver;
    }

    static ChromiumProcess start(Path folder) throws IOException {
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Path.of("/usr/bin/chromedriver").toFile())
                .usingAnyFreePort()
                .build();
        service.start();
        ChromeOptions options = new ChromeOptions();
        options.setBinary("/usr/bin/chromium");
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + folder.resolve("chromium"));
        try {
            ChromiumProcess process = new ChromiumProcess(folder, service, new ChromeDriver(service, options));
            process.setTimeouts();
            return process;
        } catch (WebDriverException failed) {
            service.stop();
            throw failed;
        }
    }

    private void setTimeouts() {
        driver.manage().timeouts().pageLoadTimeout(Duration.ofSeconds(20)).scriptTimeout(Duration.ofSeconds(30));
    }

    /** Returns a browser that no other test uses, with a new context, which {@link #giveBack} ends. */
    static ChromiumProcess lease() throws IOException {
        while (true) {
            ChromiumProcess idle = idle();
            ChromiumProcess process = idle == null ? start(Files.createTempDirectory("perch-chromium")) : idle;
            try {
                process.newContext();
                return process;
            } catch (WebDriverException | IOException died) {
                process.endAndForget();
                if (idle == null) {
                    throw died;
                }
            }
        }
    }

    private static synchronized @Nullable ChromiumProcess idle() {
        if (!endsWithJvm) {
            endsWithJvm = true;
            Runtime.getRuntime().addShutdownHook(new Thread(ChromiumProcess::endIdle, "chromium-end"));
        }
        return IDLE.poll();
    }

    private static synchronized void keep(ChromiumProcess process) {
        IDLE.push(process);
    }

    private static synchronized void endIdle() {
        IDLE.forEach(ChromiumProcess::endAndForget);
    }

    private void newContext() throws IOException {
        if (devTools == null) {
            devTools = DevTools.of(driver);
            home = driver.getWindowHandle();
        }
        context = devTools.command("Target.createBrowserContext", Map.of(), "browserContextId");
        String window = devTools.command(
                "Target.createTarget",
                Map.of("url", "about:blank", "browserContextId", context, "newWindow", true),
                "targetId");
        driver.switchTo().window(window);
        setTimeouts();
        driver.manage().logs().get("browser"); // of whoever had it before
    }

    /** Ends the context. A browser that has died is restarted for the next test. */
    void giveBack() {
        try {
            driver.switchTo().window(home);
            Objects.requireNonNull(devTools)
                    .command("Target.disposeBrowserContext", Map.of("browserContextId", context), "");
            keep(this);
        } catch (WebDriverException | IOException died) {
            endAndForget();
        }
    }

    ChromeDriver driver() {
        return driver;
    }

    void end() {
        try {
            driver.quit();
        } finally {
            service.stop();
        }
    }

    private void endAndForget() {
        try {
            end();
        } catch (WebDriverException died) {
            // that is why it is ended
        }
        try {
            PerchSetup.delete(folder);
        } catch (IOException | UncheckedIOException stillWritten) {
            // it lies among the machine's temporary files
        }
    }
}
