package dev.perch.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.media.Bytes;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A WebSocket client that checks each byte it reads against RFC 6455. */
public final class WebSocketClient implements AutoCloseable {
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** Returns the headers of the example of RFC 6455 §1.3. */
    public static String[] handshake() {
        return new String[] {
            "Upgrade: websocket",
            "Connection: keep-alive, Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
        };
    }

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final Answer answer;
    private final DataInputStream in;

    /** One frame, which with this server is a message. */
    public record Frame(int opcode, Bytes payload) {
        public JsonObject json() throws JsonParserException {
            assertEquals(TEXT, opcode, () -> payload.toString());
            return JsonParser.object().from(new String(payload.toArray(), StandardCharsets.UTF_8));
        }

        public Message message() {
            assertEquals(BINARY, opcode, () -> new String(payload.toArray(), StandardCharsets.UTF_8));
            ByteBuffer head = payload.buffer();
            return new Message(
                    head.get(0),
                    head.get(1),
                    head.getShort(2),
                    head.getInt(4),
                    head.getLong(8),
                    payload.slice(16, payload.size()));
        }

        public int closeCode() {
            assertEquals(CLOSE, opcode);
            return payload.buffer().getShort(0) & 0xFFFF;
        }
    }

    /** A binary message as docs/websocket.md lays it out. */
    public record Message(int kind, int flags, int camera, int sequence, long capturedMicros, Bytes payload) {}

    private WebSocketClient(Answer answer) {
        this.answer = answer;
        this.in = new DataInputStream(answer.body());
    }

    public static WebSocketClient open(int port, String target) throws IOException {
        return of(Answer.ask(port, "GET", target, "1.1", handshake()));
    }

    /** Creates a client on a connection on which the handshake was sent. */
    public static WebSocketClient of(Socket socket) throws IOException {
        Answer answer = Answer.of(socket);
        assertEquals(101, answer.status(), () -> answer.headers().toString());
        assertEquals("websocket", answer.header("Upgrade"));
        assertTrue(answer.header("Connection").toLowerCase(Locale.ROOT).contains("upgrade"));
        assertEquals("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.header("Sec-WebSocket-Accept"));
        return new WebSocketClient(answer);
    }

    /** Returns the next frame of any kind. */
    public Frame next() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        assertEquals(FINAL, first & 0xF0, "whole messages, no extensions");
        int size = length < 126 ? length : length == 126 ? in.readUnsignedShort() : (int) in.readLong();
        int least = length < 126 ? 0 : length == 126 ? 126 : 0x10000;
        assertTrue(length < 128 && size >= least, "the shortest length, not masked: " + length);
        byte[] payload = new byte[size];
        in.readFully(payload);
        return new Frame(first & 0xF, Bytes.copyOf(payload));
    }

    /** Returns the next frame that is no ping. */
    public Frame nextButPings() throws IOException {
        Frame frame = next();
        while (frame.opcode() == PING) {
            frame = next();
        }
        return frame;
    }

    /** Returns the next binary message; skips texts and pings. */
    public Message message() throws IOException {
        Frame frame = next();
        while (frame.opcode() != BINARY) {
            frame = next();
        }
        return frame.message();
    }

    /** Returns a masked frame, as a client must send it. */
    public static byte[] frame(int first, byte... payload) {
        int extended = payload.length < 126 ? 0 : 2;
        ByteBuffer frame =
                ByteBuffer.allocate(2 + extended + 4 + payload.length).put((byte) first);
        frame.put((byte) (MASKED | (extended == 0 ? payload.length : 126)));
        if (extended > 0) {
            frame.putShort((short) payload.length);
        }
        frame.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ MASK[i % 4]));
        }
        return frame.array();
    }

    public void send(int opcode, byte... payload) throws IOException {
        sendRaw(frame(FINAL | opcode, payload));
    }

    public void sendRaw(byte... bytes) throws IOException {
        answer.socket().getOutputStream().write(bytes);
    }

    /** Returns true if the server has ended the connection. */
    public boolean atEnd() throws IOException {
        return in.read() < 0;
    }

    /** Closes the connection without a close frame. */
    public void reset() throws IOException {
        answer.reset();
    }

    @Override
    public void close() throws IOException {
        answer.close();
    }
}
