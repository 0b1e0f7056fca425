package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.catalina.Context;
import org.apache.catalina.Engine;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One connection of HTTP/2 (RFC 9113) that sends frames without end: it is closed, and the stream that was open on it is given back. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class Http2FloodTest {
    /** What the kernel takes of a client that nobody reads any more, and then some. */
    private static final int MOST_SENT_BYTES = 64 << 20;

    private static final int PIECE_BYTES = 16 << 10;
    private static final int HEADERS = 1;
    private static final int END_STREAM_AND_HEADERS = 5;

    @TempDir
    Path work;

    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);

    /** A request of stream 3 with a body: :method POST, :scheme http, :path /fake/snapshot.jpg, :authority localhost. */
    private static final String POST = "000021 01 04 00000003 83 86 04 12 "
            + HexFormat.of().formatHex("/fake/snapshot.jpg".getBytes(StandardCharsets.US_ASCII)) + "01 09 "
            + HexFormat.of().formatHex("localhost".getBytes(StandardCharsets.US_ASCII));

    /** What is sent again and again, in hexadecimal: lengths, types, flags, streams and payloads. */
    private enum Flood {
        PINGS("000008 06 00 00000000 0102030405060708"),
        SETTINGS("000006 04 00 00000000 0003 00000064"),
        EMPTY_SETTINGS("000000 04 00 00000000"),
        ANSWERS_TO_NO_SETTINGS("000000 04 01 00000000"),
        SMALL_WINDOW_UPDATES("000004 08 00 00000000 00000001"),
        LARGE_WINDOW_UPDATES("000004 08 00 00000000 00010000"),
        WINDOW_UPDATES_OF_THE_STREAM("000004 08 00 00000001 00000001"),
        PRIORITIES("000005 02 00 00000005 00000000 10"),
        PRIORITY_UPDATES("000008 10 00 00000000 00000005 753d3120"),
        EMPTY_DATA("000000 00 00 00000001"),
        BODIES_WITHOUT_END("000004 00 00 00000001 00000000"),
        HEADS_WITHOUT_END("000002 01 00 00000003 8286", "000004 09 00 00000003 40017801"),
        EMPTY_CONTINUATIONS("000002 01 00 00000003 8286", "000000 09 00 00000003"),
        GOODBYES("000008 07 00 00000000 00000000 00000000"),
        ANSWERS_TO_NO_PINGS("000008 06 01 00000000 0102030405060708"),
        FRAMES_OF_UNKNOWN_TYPE("000004 0b 00 00000000 00000000"),
        EMPTY_FRAMES_OF_UNKNOWN_TYPE("000000 fa 00 00000001"),
        LARGE_FRAMES_OF_UNKNOWN_TYPE("004000 bb 00 00000000" + "00".repeat(1 << 14)),
        ORIGINS_BETWEEN_WINDOW_UPDATES("000000 0c 00 00000000 000004 08 00 00000000 00000800"),
        DATA_OF_AN_ENDED_STREAM("000800 00 00 00000001" + "00".repeat(1 << 11)),
        A_BODY_THAT_NOBODY_READS(POST, "000800 00 00 00000003" + "00".repeat(1 << 11)),
        A_PADDED_BODY(POST, "000004 00 08 00000003 03 000000"),
        PINGS_BETWEEN_DATA(
                POST,
                "000800 00 00 00000003" + "00".repeat(1 << 11) + "000008 06 00 00000000 0102030405060708".repeat(2)),
        A_BODY_BEHIND_ITS_RESET(
                POST + "000004 03 00 00000003 00000008", "000800 00 00 00000003" + "00".repeat(1 << 11));

        private final String first;
        private final String frame;

        Flood(String frame) {
            this("", frame);
        }

        Flood(String first, String frame) {
            this.first = first;
            this.frame = frame;
        }
    }

    @ParameterizedTest
    @EnumSource
    void connection_isClosed_whateverItsFloodIsMadeOf(Flood flood) throws Exception {
        flood(client -> {
            client.write(bytes(flood.first));
            byte[] piece = repeated(bytes(flood.frame));
            for (int sent = 0; sent < MOST_SENT_BYTES; sent += piece.length) {
                client.write(piece);
            }
        });
    }

    /** CVE-2023-44487: each stream is begun and given up at once. */
    @ParameterizedTest
    @EnumSource
    void streamsThatAreResetAtOnce_endTheConnection(Reset reset) throws Exception {
        flood(client -> {
            byte[] end = bytes(reset.frame);
            for (int id = 3; id < MOST_SENT_BYTES / 50; id += 2) {
                ByteArrayOutputStream both = new ByteArrayOutputStream();
                both.writeBytes(head(id, "/fake/stream.mjpg"));
                both.writeBytes(ByteBuffer.wrap(end).putInt(5, id).array());
                client.write(both.toByteArray());
            }
        });
    }

    /** By the client, and by a fault that the server answers by a reset. */
    private enum Reset {
        BY_THE_CLIENT("000004 03 00 00000000 00000008"),
        BY_A_FAULT("000004 08 00 00000000 00000000");

        private final String frame;

        Reset(String frame) {
            this.frame = frame;
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private interface Rudeness {
        void by(Client client) throws IOException;
    }

    private void flood(Rudeness rudeness) throws Exception {
        Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
        try (PerchServer server = PerchServer.of(pool, camera)
                .inTomcat(context -> addHttp2(context, connector))
                .start(work)) {
            try (Client client = new Client(connector.getLocalPort())) {
                client.write(head(1, "/fake/stream.mjpg"));
                Await.until(20, () -> camera.watchers() == 1, () -> "watchers=" + camera.watchers());
                boolean ended = false;
                try {
                    rudeness.by(client);
                } catch (IOException broken) {
                    ended = true;
                }
                assertTrue(ended, () -> "the server has read " + client.sentBytes + " bytes");
            }
            Await.until(20, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
            assertEquals(200, server.get("healthz").statusCode());
        }
        Await.allGivenBack(pool);
    }

    private static void addHttp2(Context context, Connector connector) {
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.addUpgradeProtocol(new BoundedHttp2Protocol());
        ((Engine) context.getParent().getParent()).getService().addConnector(connector);
    }

    /** A request's head, by the static table (RFC 7541 appendix A) and without Huffman's code. */
    private static byte[] head(int stream, String path) {
        byte[] name = path.getBytes(StandardCharsets.US_ASCII);
        byte[] host = "localhost".getBytes(StandardCharsets.US_ASCII);
        int length = 2 + 2 + name.length + 2 + host.length;
        return ByteBuffer.allocate(9 + length)
                .putInt(length << 8 | HEADERS)
                .put((byte) END_STREAM_AND_HEADERS)
                .putInt(stream)
                .put((byte) 0x82) // :method GET
                .put((byte) 0x86) // :scheme http
                .put((byte) 0x04)
                .put((byte) name.length)
                .put(name)
                .put((byte) 0x01)
                .put((byte) host.length)
                .put(host)
                .array();
    }

    private static byte[] repeated(byte[] frame) {
        int times = Math.max(1, PIECE_BYTES / frame.length);
        ByteBuffer all = ByteBuffer.allocate(times * frame.length);
        while (all.hasRemaining()) {
            all.put(frame);
        }
        return all.array();
    }

    /** By prior knowledge (RFC 9113 §3.3); what the server says is read and dropped. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private long sentBytes;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            Thread reader = new Thread(this::read, "http2-flood-reader");
            reader.setDaemon(true);
            reader.start();
            write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.ISO_8859_1));
        }

        private void read() {
            try (InputStream in = socket.getInputStream()) {
                byte[] dropped = new byte[PIECE_BYTES];
                while (in.read(dropped) >= 0) {
                    // until the server ends it
                }
            } catch (IOException ended) {
                return;
            }
        }

        void write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            sentBytes += bytes.length;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
