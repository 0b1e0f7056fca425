package dev.perch.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.RtmpConfig;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.RtmpGuest;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of RTMP that send messages without end and publish nothing. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class RtmpFloodTest {
    /** What the kernel takes of a client that nobody reads any more, and then some. */
    private static final int MOST_SENT_BYTES = 64 << 20;

    private static final int PIECE_BYTES = 16 << 10;

    @TempDir
    Path work;

    /** Messages, each whole in one chunk (RTMP 1.0 §5.3.1, §5.4, §7.1). */
    private enum Flood {
        PINGS("02 000000 000006 04 00000000 0006 00000001"),
        ANSWERS_TO_NO_PING("02 000000 000006 04 00000000 0007 00000001"),
        CHUNK_SIZES("02 000000 000004 01 00000000 00001000"),
        ACKNOWLEDGEMENTS("02 000000 000004 03 00000000 00000001"),
        SOUND_THAT_NOBODY_TAKES("04 000000 000004 08 01000000 af010203"),
        COMMANDS_THAT_NOBODY_KNOWS("03 000000 00000d 14 00000000 02000178 000000000000000000 05");

        private final String hex;

        Flood(String hex) {
            this.hex = hex;
        }

        byte[] message() {
            return HexFormat.of().parseHex(hex.replace(" ", ""));
        }
    }

    @ParameterizedTest
    @EnumSource
    void player_isClosed_andAQuietOneIsNot(Flood flood) throws Exception {
        int port = freePort();
        try (PerchServer server = server(port);
                RtmpGuest quiet = RtmpGuest.playing(port, "demo");
                RtmpGuest rude = RtmpGuest.playing(port, "demo")) {
            assertTrue(quiet.letIn(), quiet::refusal);
            assertTrue(rude.letIn(), rude::refusal);
            assertBroken(() -> rude.sendRaw(repeated(flood.message())));
            Await.until(10, () -> viewers(server) == 1, () -> server.text("stats"));
            assertEquals(200, server.get("healthz").statusCode());
        }
    }

    /** Behind the handshake, before it says what it wants. */
    @ParameterizedTest
    @EnumSource(names = {"PINGS", "COMMANDS_THAT_NOBODY_KNOWS"})
    void strangerWhoWantsNothing_isClosed(Flood flood) throws Exception {
        int port = freePort();
        try (PerchServer server = server(port);
                Socket rude = new Socket(InetAddress.getLoopbackAddress(), port)) {
            byte[] handshake = new byte[1 + 2 * 1536];
            handshake[0] = 3;
            rude.getOutputStream().write(handshake);
            assertBroken(() -> rude.getOutputStream().write(repeated(flood.message())));
            assertEquals(200, server.get("healthz").statusCode());
        }
    }

    private PerchServer server(int port) throws Exception {
        return PerchServer.start(
                PerchServer.config(TestCameras.demo("demo")).with(new RtmpConfig("127.0.0.1", port)), work);
    }

    private static int viewers(PerchServer server) {
        return Integer.parseInt(server.text("stats").replaceFirst("(?s).*\"H264\":\\{[^}]*\"viewers\":(\\d+).*", "$1"));
    }

    private interface Sending {
        void piece() throws IOException;
    }

    private static void assertBroken(Sending sending) {
        boolean ended = false;
        for (int sent = 0; sent < MOST_SENT_BYTES && !ended; sent += PIECE_BYTES) {
            try {
                sending.piece();
            } catch (IOException broken) {
                ended = true;
            }
        }
        assertTrue(ended, "the server has read all of it");
    }

    private static byte[] repeated(byte[] message) {
        ByteBuffer all = ByteBuffer.allocate(PIECE_BYTES / message.length * message.length);
        while (all.hasRemaining()) {
            all.put(message);
        }
        return all.array();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
