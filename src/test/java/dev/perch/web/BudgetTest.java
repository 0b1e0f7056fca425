package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.camera.Camera;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What viewers get when the memory budget has no room: a refusal with the numbers; and what they leave when they go. */
class BudgetTest {
    @TempDir
    Path work;

    private static JsonObject refusal(Answer answer) throws Exception {
        assertEquals(503, answer.status());
        assertFalse(answer.header("Retry-After").isEmpty());
        assertEquals("application/problem+json", answer.header("Content-Type"));
        return JsonParser.object().from(answer.text());
    }

    @Test
    void viewers_areRefusedWithTheNumbers_andLetInAgain() throws Exception {
        ArenaPool pool = TestCameras.pool(3 << 20);
        Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);
        List<Answer> viewers = new ArrayList<>();
        try (PerchServer server = PerchServer.start(camera, pool, work)) {
            Answer answer = Answer.get(server.port(), "/stream.mp4");
            while (answer.status() == 200) {
                assertTrue(viewers.size() < 30, "the budget holds");
                viewers.add(answer);
                answer = Answer.get(server.port(), "/stream.mp4");
            }
            JsonObject problem = refusal(answer);
            assertEquals(3 << 20, problem.getInt("budgetBytes"));
            assertTrue(problem.getLong("askedBytes") > problem.getLong("leftBytes"), problem::toString);
            assertTrue(problem.getString("detail").contains("memory.budget"), problem::toString);
            assertTrue(viewers.size() >= 5, "viewers=" + viewers.size());
            assertTrue(pool.budget().leasedBytes() <= 3 << 20);
            viewers.get(0).reset();
            Await.until(2, () -> camera.watchers() < viewers.size(), () -> "watchers=" + camera.watchers());
            try (Answer again = Answer.get(server.port(), "/stream.mp4")) {
                assertEquals(200, again.status());
            }
            for (Answer viewer : viewers) {
                viewer.close();
            }
        }
        assertEquals(
                0,
                pool.budget().leasedBytes(),
                () -> pool.budget().leasedByHolder().toString());
    }

    @Test
    void ringWithoutRoom_refusesTheCameraWithTheNumbers() throws Exception {
        ArenaPool pool = TestCameras.pool(340 << 10);
        ScriptedSource source = new ScriptedSource(PixelFormat.H264, PixelFormat.JPEG);
        Camera camera = TestCameras.camera(source, pool);
        try (PerchServer server = PerchServer.start(camera, pool, work)) {
            Socket asked = Answer.ask(server.port(), "GET", "/stream.mp4", "1.1");
            source.awaitStart(1);
            source.accessUnit(0);
            try (Answer answer = Answer.of(asked)) {
                JsonObject problem = refusal(answer);
                assertTrue(
                        problem.getString("detail").matches(".*asks for .* MiB, .* of 0\\.3 MiB are left.*"),
                        problem::toString);
                assertTrue(problem.getString("detail").contains("cameras.fake.ring"), problem::toString);
            }
        }
        assertEquals(0, pool.budget().leasedBytes());
    }
}
