package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PerchConfig;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.source.Source;
import dev.perch.testing.Answer;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.WebSocketClient;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that belong to no camera follow each camera's own list, not the one for all alone. */
class CameraListsTest {
    private static final Pattern SHUT = Pattern.compile("\\bfront\\b");
    private static final Pattern OPEN = Pattern.compile("\\bback\\b");

    @TempDir
    private Path folder;

    /**
     * @param play the list for all
     * @param front that of one camera
     * @param back that of the other
     */
    private PerchServer start(String play, String front, String back) throws Exception {
        Path file = folder.resolve("perch.yml");
        Files.writeString(
                file,
                "access: { play: " + play + " }\ncameras:\n  front: { demo: true" + front + " }\n  back: { demo: true"
                        + back + " }\n");
        ArenaPool pool = TestCameras.pool(32 << 20);
        Map<CameraConfig, Source> cameras = new LinkedHashMap<>();
        for (String id : List.of("front", "back")) {
            cameras.put(TestCameras.demo(id), new DemoSource(id, pool));
        }
        return PerchServer.siteOf(cameras, pool)
                .access(PerchConfig.load(file).access().orElseThrow())
                .startInPlainTomcat();
    }

    private static Answer get(PerchServer server, String path, String... headers) throws Exception {
        Socket socket = Answer.ask(server.port(), "GET", "/cams" + path, "1.1", headers);
        socket.setSoTimeout(60_000);
        return Answer.of(socket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/stats", "/metrics", "/healthz", "/system", "/api/streams", "/v3/paths/list"})
    void cameraWhoseListLetsIn_isTold_andNoOther(String path) throws Exception {
        try (PerchServer server = start("{ deny: all }", "", ", access: { play: { allow: all } }")) {
            assertToldOfBackAlone(server, path);
        }
        try (PerchServer server = start("{ allow: all }", ", access: { play: { deny: all } }", "")) {
            assertToldOfBackAlone(server, path);
        }
    }

    private static void assertToldOfBackAlone(PerchServer server, String path) throws Exception {
        try (Answer answer = get(server, path, "Connection: close")) {
            String text = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.status() == 200 || answer.status() == 503, text);
            assertFalse(SHUT.matcher(text).find(), text);
            assertTrue(OPEN.matcher(text).find(), text);
        }
    }

    @Test
    void socketOfAll_hasTheCameraWhoseListLetsIn() throws Exception {
        try (PerchServer server = start("{ deny: all }", "", ", access: { play: { allow: all } }");
                WebSocketClient socket = WebSocketClient.open(server.port(), "/cams/ws")) {
            String told = socket.nextButPings().json().toString();
            assertTrue(told.contains("back") && !told.contains("front"), told);
            try (Answer named = get(server, "/ws?cameras=front", WebSocketClient.handshake())) {
                assertEquals(404, named.status());
            }
            try (Answer own = get(server, "/front/snapshot.jpg")) {
                assertEquals(403, own.status());
            }
        }
    }
}
