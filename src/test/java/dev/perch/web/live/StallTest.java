package dev.perch.web.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.camera.Watch;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.testing.Answer;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Viewers that take nothing: more of them than the server has threads are closed after 15 s, and nobody else notices. */
@Tag("long") // it takes 20 s
@Execution(ExecutionMode.CONCURRENT)
class StallTest {
    private static final int STALLED = 12;

    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void stalledViewers_areClosedAfter15Seconds_andHoldNobodyUp(String output) throws Exception {
        ArenaPool pool = TestCameras.pool(32 << 20);
        ScriptedSource source = new ScriptedSource(PixelFormat.JPEG);
        Camera camera = TestCameras.camera(source, pool);
        List<Socket> stalled = new ArrayList<>();
        try (PerchServer server = PerchServer.start(camera, pool, work, output);
                Watch keepsItRunning = camera.watch(Encoding.JPEG, null)) {
            assertEquals(camera, keepsItRunning.camera());
            for (int i = 0; i < STALLED; i++) {
                stalled.add(stall(server));
            }
            source.awaitStart(1);
            long begin = System.nanoTime();
            long slowestNanos = 0;
            long closedAfterNanos = 0;
            for (int i = 0; System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(22); i = (i + 5) % 900) {
                source.jpeg(i, 0);
                long asked = System.nanoTime();
                try (Answer snapshot = Answer.get(server.port(), "/snapshot.jpg?max-age=1000")) {
                    assertEquals(200, snapshot.status());
                }
                slowestNanos = Math.max(slowestNanos, System.nanoTime() - asked);
                if (closedAfterNanos == 0 && camera.watchers() == 1) {
                    closedAfterNanos = System.nanoTime() - begin;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(15));
            }
            System.getLogger(StallTest.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "closed after {0} ms, slowest snapshot beside them {1} ms",
                            Long.toString(closedAfterNanos / 1_000_000),
                            Long.toString(slowestNanos / 1_000_000));
            assertTrue(closedAfterNanos > 14_000_000_000L && closedAfterNanos < 19_000_000_000L, "closed in time");
            assertTrue(slowestNanos < 2_000_000_000L, "a snapshot beside them is quick");
            for (Socket socket : stalled) {
                assertTrue(ends(socket), "the connection is closed");
            }
        }
        assertEquals(
                0,
                pool.budget().leasedBytes(),
                () -> pool.budget().leasedByHolder().toString());
    }

    private static Socket stall(PerchServer server) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        return Answer.send(socket, "GET", "/stream.mjpg", "1.1");
    }

    private static boolean ends(Socket socket) throws IOException {
        try (socket) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
            byte[] some = new byte[1 << 16];
            while (System.nanoTime() < end) {
                if (socket.getInputStream().read(some) < 0) {
                    return true;
                }
            }
            return false;
        } catch (SocketException reset) {
            return true;
        }
    }
}
