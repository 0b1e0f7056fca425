package dev.perch.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.json.Json;

/** Debian's WebKitGTK: its MiniBrowser, driven by its own W3C WebDriver, on a display in memory. */
public final class WebKit implements Browser {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Json json = new Json();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Process display;
    private final Process driver;
    private final Path said;
    private final String address;
    private String session = "";
    private String version = "";

    private WebKit(Process display, Process driver, Path said, int port) {
        this.display = display;
        this.driver = driver;
        this.said = said;
        this.address = "http://127.0.0.1:" + port;
    }

    /**
     * Starts it.
     *
     * @param folder for its profile and its output
     */
    public static WebKit start(Path folder) throws IOException {
        Path home = Files.createDirectories(folder.resolve("webkit"));
        Path said = home.resolve("said.txt");
        Process display = new ProcessBuilder(
                        "Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp")
                .redirectError(home.resolve("display.txt").toFile())
                .start();
        WebKit webKit = null;
        try {
            int port = freePort();
            ProcessBuilder builder = new ProcessBuilder("WebKitWebDriver", "--port=" + port)
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile());
            builder.environment().put("DISPLAY", ":" + numberOf(display));
            builder.environment().put("GDK_BACKEND", "x11");
            builder.environment().put("LIBGL_ALWAYS_SOFTWARE", "1");
            builder.environment().put("NO_AT_BRIDGE", "1");
            builder.environment().put("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1"); // which root may not make
            for (String place : List.of("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")) {
                builder.environment().put(place, home.toString());
            }
            webKit = new WebKit(display, builder.start(), said, port);
            webKit.open();
            return webKit;
        } catch (IOException | RuntimeException | AssertionError failed) {
            if (webKit == null) {
                display.destroy();
            } else {
                webKit.end(List.of());
            }
            throw failed;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String numberOf(Process display) throws IOException {
        String number = new BufferedReader(new InputStreamReader(display.getInputStream(), StandardCharsets.US_ASCII))
                .readLine();
        if (number == null) {
            throw new IOException("Xvfb does not start");
        }
        return number.strip();
    }

    private void open() {
        Await.until(20, this::listens, () -> "the driver does not listen: " + says());
        Map<String, Object> options = Map.of("binary", browser(), "args", List.of("--automation"));
        Map<?, ?> opened = (Map<?, ?>) Objects.requireNonNull(call(
                "POST",
                "/session",
                Map.of(
                        "capabilities",
                        Map.of(
                                "alwaysMatch",
                                Map.of("pageLoadStrategy", "none", "webkitgtk:browserOptions", options)))));
        session = "/session/" + opened.get("sessionId");
        version =
                String.valueOf(((Map<?, ?>) Objects.requireNonNull(opened.get("capabilities"))).get("browserVersion"));
    }

    private boolean listens() {
        try {
            return client.send(
                                    HttpRequest.newBuilder(URI.create(address + "/status"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns the path of the browser, which lies beside the library in the folder of the machine's architecture. */
    private static String browser() {
        try (var found =
                Files.find(Path.of("/usr/lib"), 3, (path, type) -> path.endsWith("webkit2gtk-4.1/MiniBrowser"))) {
            return found.findFirst()
                    .orElseThrow(() -> new IllegalStateException("no MiniBrowser of webkit2gtk-4.1"))
                    .toString();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Opens a page and waits until its document is parsed. On a busy machine the driver sometimes never reports that. */
    @Override
    public void open(String page) {
        run("window.left = true");
        call("POST", session + "/url", Map.of("url", page));
        Await.until((double) PATIENCE.toSeconds(), this::isOpened, () -> page + " does not open: " + says());
    }

    private boolean isOpened() {
        try {
            return Boolean.TRUE.equals(run("return window.left === undefined && document.readyState !== 'loading'"));
        } catch (IllegalStateException betweenPages) {
            return false;
        }
    }

    @Override
    public @Nullable Object run(String script, Object... arguments) {
        return call("POST", session + "/execute/sync", Map.of("script", script, "args", Arrays.asList(arguments)));
    }

    @Override
    public void type(String keys) {
        List<Map<String, String>> presses = new ArrayList<>();
        keys.codePoints().mapToObj(Character::toString).forEach(key -> {
            presses.add(Map.of("type", "keyDown", "value", key));
            presses.add(Map.of("type", "keyUp", "value", key));
        });
        Map<String, Object> keyboard = Map.of("type", "key", "id", "keyboard", "actions", presses);
        call("POST", session + "/actions", Map.of("actions", List.of(keyboard)));
    }

    @Override
    public byte[] screenshot() {
        return Base64.getDecoder().decode(String.valueOf(call("GET", session + "/screenshot", null)));
    }

    @Override
    public String name() {
        return "WebKitGTK " + version;
    }

    /** Returns the output of the browser and its pages. */
    public String says() {
        try {
            return Files.readString(said);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private @Nullable Object call(String method, String path, @Nullable Object body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(json.toJson(body)))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            Object value = json.<Map<?, ?>>toType(answer.body(), Map.class).get("value");
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + value);
            }
            return value;
        } catch (IOException failure) {
            throw new UncheckedIOException(path, failure);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(path, ending);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> processes =
                driver.descendants().toList(); // those of the browser are nobody's once it has ended
        try {
            call("DELETE", session, null);
        } catch (UncheckedIOException | IllegalStateException died) {
            // it is ended below
        }
        end(processes);
    }

    /** Ends the driver, the display and these processes, and waits for them: they write into the folder as long as they live. */
    private void end(List<ProcessHandle> others) {
        List<ProcessHandle> processes = new ArrayList<>(others);
        for (Process process : List.of(driver, display)) {
            process.descendants().forEach(processes::add);
            processes.add(process.toHandle());
        }
        processes.forEach(ProcessHandle::destroyForcibly);
        Await.until(20, () -> processes.stream().noneMatch(WebKit::works), () -> "do not end: " + processes);
    }

    /** Returns whether a process runs. A zombie has no program. */
    private static boolean works(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}
