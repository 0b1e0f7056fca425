package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import dev.perch.testing.WebSocketClient;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send what nobody asked for, as fast as they can. */
@Execution(ExecutionMode.CONCURRENT)
class FloodTest {
    /** What the kernel takes of a client that nobody reads any more, and then some. */
    private static final int MOST_SENT_BYTES = 64 << 20;

    @TempDir
    Path work;

    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);

    private interface Flood {
        void send() throws IOException;
    }

    /** Sends until the connection breaks. @return how many times */
    private static int untilBroken(Flood flood, int bytes) {
        int sent = 0;
        try {
            while ((long) sent * bytes < MOST_SENT_BYTES) {
                flood.send();
                sent++;
            }
        } catch (IOException broken) {
            return sent;
        }
        throw new AssertionError("the server has read " + sent + " times " + bytes + " bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sockets", "servlet"})
    void webSocket_isClosed_whateverItsFloodIsMadeOf_andAQuietOneIsNot(String output) throws Exception {
        byte[] pings = repeated(WebSocketClient.frame(0x89), 8192);
        byte[] pongs = repeated(WebSocketClient.frame(0x8A, new byte[125]), 8192);
        byte[] texts = repeated(WebSocketClient.frame(0x81, (byte) 'x'), 8192);
        byte[] fragments = repeated(WebSocketClient.frame(0x00), 8192);
        byte[] messages = repeated(WebSocketClient.frame(0x82, new byte[4000]), 8192);
        try (PerchServer server = PerchServer.start(camera, pool, work, output);
                WebSocketClient quiet = WebSocketClient.open(server.port(), "/ws")) {
            for (byte[] flood : new byte[][] {pings, pongs, texts, fragments, messages}) {
                try (WebSocketClient rude = WebSocketClient.open(server.port(), "/ws")) {
                    if (flood == fragments) {
                        rude.sendRaw(WebSocketClient.frame(0x02));
                    }
                    untilBroken(() -> rude.sendRaw(flood), flood.length);
                }
            }
            quiet.send(0x9, "still here".getBytes(StandardCharsets.US_ASCII));
            WebSocketClient.Frame answer = quiet.next();
            while (answer.opcode() != 0xA) {
                answer = quiet.next();
            }
            Await.until(5, () -> camera.watchers() == 1, () -> "watchers=" + camera.watchers());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/stream.mjpg, junk",
        "/stream.mp4, junk",
        "/stream.h264, 'GET /snapshot.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n'",
        "/stream.flv, '\r\n'"
    })
    void stream_thatReadsNothing_isClosed_whateverItIsSent(String target, String words) throws Exception {
        try (PerchServer server = PerchServer.start(camera, pool, work)) {
            Socket asked = Answer.ask(server.port(), "GET", target, "1.1");
            byte[] junk = repeated(words.getBytes(StandardCharsets.US_ASCII), 8192);
            try (Answer answer = Answer.of(asked)) {
                assertEquals(200, answer.status());
                int sent = untilBroken(() -> asked.getOutputStream().write(junk), junk.length);
                assertTrue(sent > 0);
            }
            Await.until(5, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
        }
    }

    private static byte[] repeated(byte[] frame, int bytes) {
        int times = Math.max(1, bytes / frame.length);
        byte[] all = new byte[times * frame.length];
        for (int i = 0; i < times; i++) {
            System.arraycopy(frame, 0, all, i * frame.length, frame.length);
        }
        return all;
    }
}
