package dev.perch.mqtt;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The packets of a client that only publishes (MQTT Version 3.1.1, OASIS Standard).
 *
 * <pre>
 *  type and flags · remaining length (1 to 4 bytes) · variable header · payload
 * </pre>
 */
final class Packets {
    /** The first byte of a CONNACK (§3.2.1), and its whole length. */
    static final int CONNACK = 0x20;

    static final int CONNACK_BYTES = 4;

    static final byte[] PINGREQ = {(byte) 0xC0, 0}; // §3.12

    static final byte[] DISCONNECT = {(byte) 0xE0, 0}; // §3.14

    /** The largest remaining length (§2.2.3). */
    static final int MOST_BYTES = 268_435_455;

    private static final int CONNECT = 0x10;
    private static final int PUBLISH = 0x30;
    private static final int RETAIN = 1;
    private static final int PROTOCOL_LEVEL = 4; // 3.1.1

    // §3.1.2.3
    private static final int CLEAN_SESSION = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USER = 0x80;

    private Packets() {}

    /**
     * Returns a CONNECT (§3.1) with a clean session.
     *
     * @param user empty for neither user nor password
     * @param password empty for none
     * @param will the topic to which the broker publishes {@code willMessage}, retained, when this client is gone without a word
     */
    static byte[] connect(
            String client, int keepAliveSeconds, String user, String password, String will, String willMessage) {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        text(rest, "MQTT");
        rest.write(PROTOCOL_LEVEL);
        int flags = CLEAN_SESSION | WILL | WILL_RETAIN;
        flags |= user.isEmpty() ? 0 : USER;
        flags |= password.isEmpty() ? 0 : PASSWORD;
        rest.write(flags);
        number(rest, keepAliveSeconds);
        text(rest, client);
        text(rest, will);
        text(rest, willMessage);
        if (!user.isEmpty()) {
            text(rest, user);
        }
        if (!password.isEmpty()) {
            text(rest, password);
        }
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(CONNECT);
        length(packet, rest.size());
        packet.writeBytes(rest.toByteArray());
        return packet.toByteArray();
    }

    /**
     * Returns the bytes before the payload in a PUBLISH of QoS 0 (§3.3).
     *
     * @param retained whether the broker keeps the message for later subscribers
     * @param payloadBytes the size of the payload
     */
    static byte[] publish(String topic, boolean retained, int payloadBytes) {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.write(PUBLISH | (retained ? RETAIN : 0));
        length(head, Short.BYTES + utf8(topic).length + payloadBytes);
        text(head, topic);
        return head.toByteArray();
    }

    /** Returns the reason for a refusal, by a CONNACK's return code (§3.2.2.3); empty if there is none. */
    static String refusal(int code) {
        return switch (code) {
            case 0 -> "";
            case 1 -> "it does not speak MQTT 3.1.1";
            case 2 -> "it does not take the client's identifier";
            case 3 -> "it is not available";
            case 4 -> "user or password is wrong";
            case 5 -> "this client is not authorized";
            default -> "it gives the code " + code;
        };
    }

    private static void length(ByteArrayOutputStream out, int bytes) {
        if (bytes > MOST_BYTES) {
            throw new IllegalArgumentException("more than a packet holds: bytes=" + bytes);
        }
        int left = bytes;
        do {
            int digit = left % 128;
            left /= 128;
            out.write(left > 0 ? digit | 0x80 : digit);
        } while (left > 0);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = utf8(text);
        number(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int number) {
        out.write(number >> 8);
        out.write(number);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
