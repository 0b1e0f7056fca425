package dev.perch.websocket;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The frames that the server sends (RFC 6455 §5.2): never masked, each a whole message. */
public final class ServerFrames {
    /** Everything requested has been sent, or the client asked to end (RFC 6455 §7.4.1). */
    public static final int NORMAL = 1000;

    /** The client sent more than is allowed (RFC 6455 §7.4.1). */
    public static final int POLICY_VIOLATION = 1008;

    /** The program ends, or makes room. */
    public static final int GOING_AWAY = 1001;

    /** The client broke the protocol. */
    public static final int PROTOCOL_ERROR = 1002;

    /** The client sent a longer message than is accepted. */
    public static final int TOO_BIG = 1009;

    /** The most bytes that {@link #header} writes. */
    static final int HEADER_BYTES = 10;

    /** The most bytes of a control frame's payload (§5.5). */
    static final int MOST_CONTROL_BYTES = 125;

    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xA;

    private static final int FINAL = 0x80;
    private static final int LENGTH_OF_16_BITS = 126;
    private static final int LENGTH_OF_64_BITS = 127;

    private ServerFrames() {}

    /**
     * Writes the header of a frame, with the shortest possible length field, as §5.2 demands.
     *
     * <pre>
     * FIN 000 opcode | 0 length (7) | length (16 or 64, if the 7 bits say 126 or 127)
     * </pre>
     */
    static void header(ByteBuffer out, int opcode, int payloadBytes) {
        out.put((byte) (FINAL | opcode));
        if (payloadBytes <= MOST_CONTROL_BYTES) {
            out.put((byte) payloadBytes);
        } else if (payloadBytes <= 0xFFFF) {
            out.put((byte) LENGTH_OF_16_BITS).putShort((short) payloadBytes);
        } else {
            out.put((byte) LENGTH_OF_64_BITS).putLong(payloadBytes);
        }
    }

    /** Returns a text message. */
    public static Bytes text(String text) {
        return frame(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns an empty ping, which every client answers. */
    public static Bytes ping() {
        return frame(PING);
    }

    /** Returns the answer to a client's ping. */
    public static Bytes pong(Bytes payload) {
        return frame(PONG, payload.toArray());
    }

    /** Returns the last frame of a connection. */
    public static Bytes close(int code) {
        return frame(CLOSE, (byte) (code >> 8), (byte) code);
    }

    static Bytes frame(int opcode, byte... payload) {
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + payload.length);
        header(frame, opcode, payload.length);
        return Bytes.view(frame.put(payload).flip());
    }
}
