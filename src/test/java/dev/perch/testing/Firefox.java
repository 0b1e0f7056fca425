package dev.perch.testing;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.json.Json;

/** Debian's Firefox, driven by its own protocol, Marionette: JSON arrays with a length prefix on a socket. */
public final class Firefox implements Browser {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int PATIENCE_MILLIS = 60_000;

    private static final String PREFERENCES = """
            user_pref("marionette.port", 0);
            user_pref("app.update.disabledForTesting", true);
            user_pref("browser.shell.checkDefaultBrowser", false);
            user_pref("browser.startup.page", 0);
            user_pref("browser.startup.homepage_override.mstone", "ignore");
            user_pref("browser.aboutwelcome.enabled", false);
            user_pref("browser.safebrowsing.downloads.remote.enabled", false);
            user_pref("datareporting.policy.dataSubmissionEnabled", false);
            user_pref("extensions.getAddons.cache.enabled", false);
            user_pref("media.gmp-manager.updateEnabled", false);
            user_pref("network.captive-portal-service.enabled", false);
            user_pref("network.connectivity-service.enabled", false);
            user_pref("services.settings.server", "data:,");
            user_pref("toolkit.telemetry.server", "data:,");
            """;

    private static final Deque<Firefox> IDLE = new ArrayDeque<>();
    private static boolean endsWithJvm;

    private final Json json = new Json();
    private final Process process;
    private final Socket socket;
    private final InputStream in;
    private final String version;
    private int number;
    private @Nullable Path shared;
    private String home = "";

    private Firefox(Process process, Socket socket) throws IOException {
        this.process = process;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        message(); // the greeting
        Map<?, ?> session = (Map<?, ?>) call("WebDriver:NewSession", Map.of());
        version = String.valueOf(((Map<?, ?>) map(session.get("capabilities"))).get("browserVersion"));
    }

    /** Opens a private window in a browser that tests share. Its cookies and storage end with it. */
    public static Firefox window() throws IOException {
        while (true) {
            Firefox firefox = idle();
            boolean fresh = firefox == null;
            if (firefox == null) {
                Path folder = Files.createTempDirectory("perch-firefox");
                firefox = start(folder);
                firefox.shared = folder;
            }
            try {
                firefox.openWindow();
                return firefox;
            } catch (UncheckedIOException | IllegalStateException died) {
                firefox.endAndForget();
                if (fresh) {
                    throw died;
                }
            }
        }
    }

    private void openWindow() {
        home = String.valueOf(map(call("WebDriver:GetWindowHandle", Map.of())).get("value"));
        Object handle = map(call("WebDriver:NewWindow", Map.of("type", "window", "focus", true, "private", true)))
                .get("handle");
        call("WebDriver:SwitchToWindow", Map.of("handle", String.valueOf(handle), "focus", true));
    }

    private static synchronized @Nullable Firefox idle() {
        if (!endsWithJvm) {
            endsWithJvm = true;
            Runtime.getRuntime().addShutdownHook(new Thread(Firefox::endIdle, "firefox-end"));
        }
        return IDLE.poll();
    }

    private static synchronized void keep(Firefox firefox) {
        IDLE.push(firefox);
    }

    private static synchronized void endIdle() {
        IDLE.forEach(Firefox::endAndForget);
    }

    /**
     * Starts a browser for this test alone.
     *
     * @param folder for its profile
     */
    public static Firefox start(Path folder) throws IOException {
        Path profile = Files.createDirectories(folder.resolve("firefox"));
        Files.writeString(profile.resolve("user.js"), PREFERENCES);
        ProcessBuilder builder = new ProcessBuilder(
                        "firefox-esr", "--headless", "--no-remote", "--marionette", "--profile", profile.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("firefox.log").toFile());
        builder.environment().put("HOME", profile.toString());
        Process process = builder.start();
        try {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(process, profile));
            socket.setSoTimeout(PATIENCE_MILLIS);
            return new Firefox(process, socket);
        } catch (IOException | IllegalStateException failure) {
            process.destroyForcibly();
            throw failure;
        }
    }

    private static int port(Process process, Path profile) throws IOException {
        Path file = profile.resolve("MarionetteActivePort");
        long end = System.nanoTime() + START_NANOS;
        while (!Files.exists(file) || Files.size(file) == 0) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IllegalStateException("Firefox does not start: alive=" + process.isAlive());
            }
            LockSupport.parkNanos(20_000_000);
        }
        return Integer.parseInt(Files.readString(file).strip());
    }

    /** Returns the process, which a test may stop and continue. */
    public ProcessHandle process() {
        return process.toHandle();
    }

    @Override
    public void open(String address) {
        call("WebDriver:Navigate", Map.of("url", address));
    }

    @Override
    public @Nullable Object run(String script, Object... arguments) {
        Object result = call("WebDriver:ExecuteScript", Map.of("script", script, "args", Arrays.asList(arguments)));
        return map(result).get("value");
    }

    @Override
    public void type(String keys) {
        List<Map<String, String>> presses = new ArrayList<>();
        keys.codePoints().mapToObj(Character::toString).forEach(key -> {
            presses.add(Map.of("type", "keyDown", "value", key));
            presses.add(Map.of("type", "keyUp", "value", key));
        });
        Map<String, Object> keyboard = Map.of("type", "key", "id", "keyboard", "actions", presses);
        call("WebDriver:PerformActions", Map.of("actions", List.of(keyboard)));
    }

    @Override
    public byte[] screenshot() {
        Object png =
                map(call("WebDriver:TakeScreenshot", Map.of("full", false))).get("value");
        return Base64.getDecoder().decode(String.valueOf(png));
    }

    @Override
    public String name() {
        return "Firefox " + version;
    }

    /** Sends a command, {@code [0, number, name, parameters]}, and returns the answer, {@code [1, number, error, result]}. */
    private synchronized Object call(String name, Map<String, Object> parameters) {
        try {
            byte[] body = json.toJson(List.of(0, ++number, name, parameters)).getBytes(StandardCharsets.UTF_8);
            socket.getOutputStream().write((body.length + ":").getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            List<?> answer = json.toType(message(), List.class);
            if (answer.get(2) != null) {
                throw new IllegalStateException(name + " failed: " + answer.get(2));
            }
            return answer.get(3);
        } catch (IOException failure) {
            throw new UncheckedIOException(name, failure);
        }
    }

    private String message() throws IOException {
        int length = 0;
        for (int read = in.read(); read != ':'; read = in.read()) {
            if (read < 0) {
                throw new EOFException("Firefox has closed the connection");
            }
            length = 10 * length + read - '0';
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    @Override
    public void close() {
        if (shared == null) {
            end();
            return;
        }
        try {
            call("WebDriver:CloseWindow", Map.of());
            call("WebDriver:SwitchToWindow", Map.of("handle", home));
            keep(this);
        } catch (UncheckedIOException | IllegalStateException died) { // a new one is started for the next
            endAndForget();
        }
    }

    private void endAndForget() {
        end();
        try {
            PerchSetup.delete(Objects.requireNonNull(shared));
        } catch (IOException | UncheckedIOException stillWritten) {
            // it lies among the machine's temporary files
        }
    }

    private void end() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try (socket) {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (IOException alreadyClosed) {
            throw new UncheckedIOException(alreadyClosed);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }
}
