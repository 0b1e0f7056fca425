package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.WebSocketClient;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More viewers than {@code max-viewers} allows: refused in words on every protocol, while those who watch go on. */
class MaxViewersTest {
    @TempDir
    Path work;

    private static PerchConfig config(OptionalInt ofAll, OptionalInt ofFront) {
        CameraConfig front = TestCameras.demo("front").watchedBy(ofFront);
        PerchConfig config = PerchServer.config(front, TestCameras.demo("back"));
        return config.withServer(config.server().watchedBy(ofAll));
    }

    @Test
    void camera_isFull_isRefusedOnEachProtocolUntilAViewerLeaves() throws Exception {
        try (PerchServer server = PerchServer.start(config(OptionalInt.empty(), OptionalInt.of(1)), work)) {
            Answer first = Answer.get(server.port(), "/front/stream.mp4");
            assertEquals(200, first.status());
            for (String path : new String[] {
                "/front/stream.mp4",
                "/front/stream.mjpg",
                "/front/stream.h264",
                "/front/hls/index.m3u8",
                "/front/dash/manifest.mpd"
            }) {
                assertRefused(server, path, "Camera front has 1 viewer, and 1 is allowed at once");
            }
            assertRefused(server, "/front/ws", "Camera front has", WebSocketClient.handshake());
            assertRefused(server, "/ws", "Camera front has", WebSocketClient.handshake());
            assertEquals(200, status(server, "/back/stream.mjpg"));
            assertEquals(200, status(server, "/front/snapshot.jpg"), "a snapshot is no viewer");
            first.reset();
            Await.until(10, () -> status(server, "/front/stream.mjpg") == 200, () -> "the place is free again");
        }
    }

    @Test
    void server_isFullOfOneWhoFetchesSegments_refusesAnother() throws Exception {
        try (PerchServer server = PerchServer.start(config(OptionalInt.of(1), OptionalInt.empty()), work)) {
            assertEquals(200, status(server, "/front/hls/index.m3u8"));
            assertEquals(200, status(server, "/front/hls/index.m3u8"), "the same viewer");
            assertRefused(server, "/back/stream.mjpg", "This server has 1 viewer, and 1 is allowed at once");
            JsonObject viewers =
                    JsonParser.object().from(server.get("stats").body()).getObject("viewers");
            assertEquals(1, viewers.getInt("counted"));
            assertEquals(1, viewers.getInt("most"));
        }
    }

    private static int status(PerchServer server, String path) {
        try (Answer answer = Answer.get(server.port(), path)) {
            return answer.status();
        } catch (java.io.IOException failed) {
            throw new AssertionError(path, failed);
        }
    }

    private static void assertRefused(PerchServer server, String path, String why, String... headers) throws Exception {
        try (Answer answer = Answer.get(server.port(), path, headers)) {
            assertEquals(503, answer.status(), path);
            assertFalse(answer.header("Retry-After").isEmpty(), path);
            JsonObject problem = JsonParser.object().from(answer.text());
            assertEquals(1, problem.getInt("maxViewers"), path);
            assertEquals(1, problem.getInt("viewers"), path);
            assertEquals(why, problem.getString("detail").substring(0, why.length()), path);
        }
    }
}
