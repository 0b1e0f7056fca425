package dev.perch.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.json.Json;

/** A connection to the browser itself by Chromium's DevTools protocol; the driver connects to pages only. */
final class DevTools {
    private static final long PATIENCE_SECONDS = 60;

    private final Json json = new Json();
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final WebSocket socket;
    private int number;

    private DevTools(HttpClient client, URI address) {
        this.socket =
                client.newWebSocketBuilder().buildAsync(address, new Answers()).join();
    }

    static DevTools of(ChromeDriver driver) throws IOException {
        Map<?, ?> options =
                (Map<?, ?>) Objects.requireNonNull(driver.getCapabilities().getCapability("goog:chromeOptions"));
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + options.get("debuggerAddress") + "/json/version"))
                .build();
        try {
            Map<?, ?> version = new Json()
                    .toType(
                            client.send(request, HttpResponse.BodyHandlers.ofString())
                                    .body(),
                            Map.class);
            return new DevTools(client, URI.create(String.valueOf(version.get("webSocketDebuggerUrl"))));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** Sends a command and returns one word of its answer. */
    String command(String method, Map<String, Object> parameters, String word) throws IOException {
        int own = ++number;
        try {
            socket.sendText(json.toJson(Map.of("id", own, "method", method, "params", parameters)), true)
                    .join();
            String answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (answer == null) {
                throw new IOException(method + ": no answer in " + PATIENCE_SECONDS + " s");
            }
            Map<?, ?> all = json.toType(answer, Map.class);
            if (!(all.get("result") instanceof Map<?, ?> result)) {
                throw new IOException(method + ": " + answer);
            }
            return String.valueOf(result.get(word));
        } catch (CompletionException closed) {
            throw new IOException(method, closed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    /** Takes messages. Each answers a command, because nothing is subscribed to. */
    private final class Answers implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket of, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                answers.add(text.toString());
                text.setLength(0);
            }
            of.request(1);
            return null;
        }
    }
}
