package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.grack.nanojson.JsonParser;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.Browser;
import dev.perch.testing.Chromium;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of a camera with sound, before somebody who may see it and not hear it. */
@Tag("players")
@Timeout(400)
class UnheardPagePlayersTest {
    private static final int PATIENCE_SECONDS = 120;

    @TempDir
    Path work;

    @Test
    void soundsButton_saysWhyItCannotBePressed() throws Exception {
        try (PerchServer server = PerchServer.start(
                        PerchServer.config(TestCameras.demo("front"))
                                .withServer(new ServerConfig("127.0.0.1", 0, PerchServer.KEY)),
                        work.resolve("tomcat"));
                Browser browser = Chromium.window()) {
            browser.open(server.address(link(server, "\"watch\"")));
            awaitButton(browser, "true You may see this camera, but not hear it.");
            browser.open(server.address(link(server, "\"watch\", \"listen\"")));
            awaitButton(browser, "false Sound off");
        }
    }

    private static String link(PerchServer server, String actions) throws Exception {
        String body = "{\"actions\": [" + actions + "]}";
        Socket socket = Answer.ask(
                server.port(),
                "POST",
                "/front/links",
                "1.1",
                "X-Perch-Key: " + PerchServer.KEY,
                "Content-Type: application/json",
                "Content-Length: " + body.length());
        socket.setSoTimeout(60_000);
        socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
        try (Answer answer = Answer.of(socket)) {
            assertEquals(201, answer.status());
            return JsonParser.object().from(answer.text()).getString("path");
        }
    }

    private static void awaitButton(Browser browser, String expected) {
        Await.until(PATIENCE_SECONDS, () -> expected.equals(button(browser)), () -> button(browser));
    }

    private static String button(Browser browser) {
        return String.valueOf(browser.run("""
                const button = document.querySelector('[data-sound]:not([hidden]) button');
                return button ? `${button.disabled} ${button.title}` : 'none';
                """));
    }
}
