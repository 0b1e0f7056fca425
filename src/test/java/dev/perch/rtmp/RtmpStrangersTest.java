package dev.perch.rtmp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.CameraConfig;
import dev.perch.config.PushConfig;
import dev.perch.config.RtmpConfig;
import dev.perch.config.SourceConfig;
import dev.perch.testing.Await;
import dev.perch.testing.Fuzz;
import dev.perch.testing.LogLines;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers may do to the port of RTMP, while others publish there. */
@Tag("long")
class RtmpStrangersTest {
    private static final String KEY = "secret";
    private static final int MOST_CONNECTIONS = 512; // as the port has them

    /** A run by hand holds 5,000. */
    private static final int IDLE = Integer.getInteger("perch.rtmp.idle", 1500);

    @TempDir
    private Path folder = Path.of("");

    private int port;
    private PerchServer server;

    @BeforeEach
    void startServer() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        CameraConfig front = CameraConfig.defaults(
                "front", new SourceConfig.Publish(KEY, /* replace= */ false, Duration.ofSeconds(30)));
        server = PerchServer.start(
                PerchServer.config(front).with(new RtmpConfig("127.0.0.1", port)),
                Files.createDirectories(folder.resolve("server")));
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private static String get(PerchServer where, String path) {
        try {
            return where.get(path).body();
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** Somebody publishes, and is taken. */
    private void publish() throws Exception {
        PushConfig push = new PushConfig(
                "server",
                "rtmp://127.0.0.1:" + port + "/live/front?key=" + KEY,
                PushConfig.Audio.AUTO,
                /* start= */ true);
        CameraConfig demo = TestCameras.demo("demo").pushedTo(List.of(push));
        try (PerchServer pi =
                PerchServer.start(PerchServer.config(demo), Files.createDirectories(folder.resolve("pi")))) {
            Await.until(40, () -> get(server, "stats").contains("\"state\":\"live\""), () -> get(pi, "demo/pushes"));
        }
        Await.until(40, () -> get(server, "stats").contains("\"state\":\"awaiting\""), () -> get(server, "stats"));
        assertEquals("", get(server, "healthz").replaceAll("(?s).*\"reason\":\"(.*?)\".*", "$1"));
    }

    /** The port holds as many connections as it has decided to; the oldest of who has the most make room. */
    @Test
    void idleConnections_areBounded_andOthersAreServed() throws Exception {
        Deque<SocketChannel> idle = new ArrayDeque<>();
        try {
            for (int i = 0; i < IDLE; i++) {
                SocketChannel one = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                one.configureBlocking(false);
                idle.add(one);
            }
            publish();
            Await.until(30, () -> open(idle) <= MOST_CONNECTIONS, () -> open(idle) + " are open");
        } finally {
            for (SocketChannel one : idle) {
                one.close();
            }
        }
    }

    private static long open(Deque<SocketChannel> all) {
        return all.stream().filter(RtmpStrangersTest::open).count();
    }

    private static boolean open(SocketChannel one) {
        try {
            return one.read(ByteBuffer.allocate(1)) == 0;
        } catch (IOException reset) {
            return false;
        }
    }

    /** What mutated sessions do at the sockets: they are ended, nothing fails, and others are served. */
    @Test
    void mutatedSessions_endAndLeaveNothing() throws Exception {
        List<byte[]> sound = List.of(RtmpFuzzTest.said(true), RtmpFuzzTest.said(false));
        new Fuzz("rtmp-socket", sound, RtmpFuzzTest.WORDS, (input, random) -> {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        socket.setTcpNoDelay(true);
                        OutputStream out = socket.getOutputStream();
                        byte[] handshake = new byte[1 + 2 * Handshake.PACKET_BYTES];
                        handshake[0] = 3;
                        int split = random.nextInt(handshake.length);
                        out.write(handshake, 0, split);
                        out.write(handshake, split, handshake.length - split);
                        int cut = random.nextInt(input.length + 1);
                        out.write(input, 0, cut);
                        out.write(input, cut, input.length - cut);
                    } catch (SocketException ended) {
                        assertTrue(String.valueOf(ended.getMessage()).matches("(?i).*(reset|broken pipe).*"));
                    }
                })
                .run();
        publish();
        Await.until(40, () -> get(server, "stats").contains("\"heapOfViewersBytes\":0,"), () -> get(server, "stats"));
        assertEquals(1, portThreads(), "the port has one thread, whoever came");
    }

    private static long portThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("perch-rtmp"))
                .count();
    }

    @Test
    void wrongKeys_areLoggedOnceAMinute() throws Exception {
        try (LogLines lines = LogLines.of(Class.forName("dev.perch.ingest.RefusalLog"))) {
            CameraConfig demo =
                    TestCameras.demo("demo").pushedTo(List.of(wrong("first"), wrong("second"), wrong("third")));
            try (PerchServer pi =
                    PerchServer.start(PerchServer.config(demo), Files.createDirectories(folder.resolve("pi")))) {
                Await.until(
                        40, () -> get(pi, "demo/pushes").split("Denied", -1).length > 3, () -> get(pi, "demo/pushes"));
            }
            assertEquals(1, lines.lines().size(), lines.lines()::toString);
            assertTrue(lines.lines().get(0).contains("127.0.0.1 may not publish by RTMP"), lines.lines()::toString);
        }
    }

    private PushConfig wrong(String name) {
        return new PushConfig(
                name, "rtmp://127.0.0.1:" + port + "/live/front?key=wr0ng", PushConfig.Audio.AUTO, /* start= */ true);
    }
}
