package dev.perch.web.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.web.answer.Discretion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventsTest {
    private static final Discretion ALL = new Discretion(Optional.empty());

    @Test
    void log_keepsTheLastHundred_andTellsThoseAfterANumber() {
        EventLog log = new EventLog();
        for (int i = 1; i <= 250; i++) {
            log.add(new Event("camera-lost", "front", "", "fault " + i, i * 1000L));
        }
        String all = log.json(/* after= */ 0, UnaryOperator.identity(), ALL);
        assertTrue(all.startsWith("{\"newest\":250,\"events\":[{\"timeMillis\":151,"), all);
        assertEquals(100, all.split("camera-lost", -1).length - 1);
        String last = log.json(/* after= */ 249, UnaryOperator.identity(), ALL);
        assertEquals(
                "{\"newest\":250,\"events\":[{\"timeMillis\":250,\"what\":\"camera-lost\",\"camera\":\"front\",\"title\":\"front\","
                        + "\"push\":null,\"reason\":\"fault 250\"}]}",
                last);
        assertEquals(all, log.json(/* after= */ 999, UnaryOperator.identity(), ALL), "the server was started anew");
    }

    @Test
    void reason_hasNoSecretAndNoGreatLength() {
        Event event = new Event("push-failed", "front", "away", "rtmp://a.example/live/s3cretkey refuses", 0);
        assertEquals("rtmp://a.example/live/*** refuses", event.reason());
        assertTrue(new Event("camera-lost", "front", "", "long words ".repeat(500), 0)
                        .reason()
                        .length()
                < 420);
    }

    /** A camera that never comes is told by the program itself; paths and programs to operators alone. */
    @Test
    void program_tellsOfACameraThatIsLost(@TempDir Path work) throws Exception {
        Path file = Files.writeString(
                work.resolve("perch.yml"),
                "server: { port: 0, address: 127.0.0.1, operator-key: " + PerchServer.KEY + " }\n"
                        + "cameras: { front: { title: Front door, device: /dev/video-none, run: always }, back: { demo: true } }\n");
        try (PerchServer server = PerchServer.start(PerchConfig.load(file), work)) {
            assertEquals("{\"newest\":0,\"events\":[]}", server.text("system/events"));
            Await.until(60, () -> server.text("system/events").contains("camera-lost"), () -> server.text("stats"));
            String told =
                    server.get("system/events", "X-Perch-Key", PerchServer.KEY).body();
            assertTrue(told.contains("\"title\":\"Front door\",\"push\":null,\"reason\":\"/dev/video-none "), told);
            assertTrue(server.text("system/events").contains("\"reason\":\"\\u2026 "), server.text("system/events"));
            assertEquals("{\"newest\":1,\"events\":[]}", server.text("system/events?after=1"));
            assertEquals(400, server.get("system/events?after=soon").statusCode());
        }
    }
}
