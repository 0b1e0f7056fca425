package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What viewers do to a connection beside reading from it: each does it next to one who gets every frame all the same. */
@Execution(ExecutionMode.CONCURRENT)
class RudeViewersTest {
    private static final int FRAMES = 40;
    private static final DemoFrames DEMO = DemoFrames.all();

    @TempDir
    Path work;

    private final ScriptedSource source = new ScriptedSource(PixelFormat.JPEG);
    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera camera = TestCameras.camera(source, pool);

    /** Does something to its connection after frame {@code number} was published. */
    private interface Rudeness {
        void after(Socket socket, int number) throws IOException;
    }

    @AfterEach
    void everythingIsGivenBack() {
        Await.allGivenBack(pool);
    }

    private void beside(String output, Rudeness rudeness) throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work, output);
                Socket rude = Answer.ask(server.port(), "GET", "/stream.mjpg", "1.1");
                Socket asked = Answer.ask(server.port(), "GET", "/stream.mjpg", "1.1")) {
            source.awaitStart(1);
            Await.until(2, () -> camera.watchers() == 2, () -> "watchers=" + camera.watchers());
            source.jpeg(0, 0);
            try (Answer answer = Answer.of(asked)) {
                MultipartBody parts = new MultipartBody(answer.body());
                assertEquals(0, DEMO.number(parts.next().jpeg()));
                for (int i = 1; i < FRAMES; i++) {
                    source.jpeg(5 * i, 0);
                    rudeness.after(rude, i);
                    int number = DEMO.number(parts.next().jpeg());
                    assertEquals(5 * i, number);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void oneByteAtATime(String output) throws Exception {
        beside(output, (socket, number) -> assertTrue(socket.getInputStream().read() > 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void aReset(String output) throws Exception {
        beside(output, (socket, number) -> {
            if (number == 5) {
                socket.setSoLinger(true, 0);
                socket.close();
            }
            if (number == FRAMES - 1) {
                Await.until(3, () -> camera.watchers() == 1, () -> "watchers=" + camera.watchers());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void moreRequests_areNotAnswered_andDoNotDisturbTheFirst(String output) throws Exception {
        byte[] request = "GET /snapshot.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (PerchServer server = PerchServer.start(camera, pool, work, output);
                Socket asked = Answer.ask(server.port(), "GET", "/stream.mjpg", "1.1")) {
            source.awaitStart(1);
            source.jpeg(0, 0);
            MultipartBody parts = new MultipartBody(Answer.of(asked).body());
            assertEquals(0, DEMO.number(parts.next().jpeg()));
            for (int i = 1; i < FRAMES; i++) {
                for (int j = 0; j < 20; j++) {
                    asked.getOutputStream().write(request);
                }
                source.jpeg(5 * i, 0);
                assertEquals(5 * i, DEMO.number(parts.next().jpeg()));
            }
            assertEquals(1, camera.watchers());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void aHalfClose_keepsTheStream(String output) throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work, output);
                Socket asked = Answer.ask(server.port(), "GET", "/stream.mjpg", "1.1")) {
            source.awaitStart(1);
            source.jpeg(0, 0);
            MultipartBody parts = new MultipartBody(Answer.of(asked).body());
            assertEquals(0, DEMO.number(parts.next().jpeg()));
            asked.shutdownOutput();
            for (int i = 1; i < FRAMES; i++) {
                source.jpeg(5 * i, 0);
                assertEquals(5 * i, DEMO.number(parts.next().jpeg()));
            }
        }
    }

    /** The next who gets the container's objects must not get the bytes, nor the end, of the one before. */
    @Test
    void oneAfterTheOther_getTheirOwnAnswers() throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work, "sockets")) {
            for (int i = 0; i < 60; i++) {
                Socket gone = Answer.ask(server.port(), "GET", "/stream.mjpg", "1.1");
                try (Socket asked = Answer.ask(server.port(), "GET", "/stream.mjpg", "1.1")) {
                    source.awaitStart(i + 1);
                    Await.until(2, () -> camera.watchers() == 2, () -> "watchers=" + camera.watchers());
                    gone.setSoLinger(true, 0);
                    gone.close();
                    source.jpeg(5 * i, 0);
                    assertEquals(
                            5 * i,
                            DEMO.number(new MultipartBody(Answer.of(asked).body())
                                    .next()
                                    .jpeg()));
                    try (Answer stats = Answer.get(server.port(), "/healthz")) {
                        assertEquals(200, stats.status());
                    }
                } catch (SocketException reset) {
                    throw new AssertionError("connection " + i, reset);
                }
                for (int j = 0; j < 50 && camera.watchers() > 0; j++) {
                    source.jpeg(5 * i, 0); // shows the server that they are gone
                    LockSupport.parkNanos(10_000_000); // until the answer to it has come, which is a reset
                }
                Await.until(3, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
                int ended = i + 1;
                Await.until(3, () -> source.ends() == ended, () -> "ends=" + source.ends());
            }
        }
    }
}
