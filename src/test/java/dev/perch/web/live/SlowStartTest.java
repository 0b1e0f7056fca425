package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.FakeClock;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that takes long to load on a small machine: who asks for the first frame waits for as long as it does, within limits. */
class SlowStartTest {
    private static final long SECOND = 1_000_000_000L;

    @TempDir
    private Path work;

    private final FakeClock clock = new FakeClock();
    private final ScriptedSource source = new ScriptedSource(PixelFormat.H264);
    private final ArenaPool pool = TestCameras.pool(8 << 20);
    private final Camera camera = TestCameras.camera(source, pool, clock);

    private Socket ask(PerchServer server) throws Exception {
        Socket asked = server.connect("/stream.mp4");
        source.awaitStart(1);
        Await.until(30, () -> camera.watchers() == 1, () -> "watchers=" + camera.watchers());
        return asked;
    }

    @Test
    void slowStart_isWaitedFor() throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work)) {
            Socket asked = ask(server);
            for (int i = 0; i < 2; i++) {
                clock.advance(Duration.ofSeconds(9));
                LockSupport.parkNanos(2 * SECOND); // the pump looks four times a second
            }
            assertEquals(1, camera.watchers(), "18 s later it is still loading");
            source.accessUnit(0);
            try (Answer answer = Answer.of(asked)) {
                assertEquals(200, answer.status());
            }
        }
        assertEquals(0, pool.openArenas());
    }

    @Test
    void startWithoutEnd_is503WithTheReason() throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work)) {
            Socket asked = ask(server);
            Await.until(
                    30,
                    () -> {
                        clock.advance(Duration.ofMillis(100)); // it may not have looked at the clock yet
                        return camera.watchers() == 0;
                    },
                    () -> "it is still waited for");
            try (Answer answer = Answer.of(asked)) {
                assertEquals(503, answer.status());
                String text = answer.text();
                assertTrue(text.matches(".*within 3\\d s; it is starting.*"), text);
            }
        }
        assertEquals(0, pool.openArenas());
    }
}
