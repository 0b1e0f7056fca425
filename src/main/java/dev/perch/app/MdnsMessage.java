package dev.perch.app;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A multicast DNS message about one service: its instances, their hosts and ports, and the addresses of hosts (RFC 1035 §4, RFC 6762). Truncated or
 * invalid parts are left out, because a stranger sent them.
 */
final class MdnsMessage {
    private static final int HEADER_BYTES = 12;
    private static final int RESPONSE = 0x8000;
    private static final int A = 1;
    private static final int PTR = 12;
    private static final int SRV = 33;
    private static final int IN = 1;

    /**
     * The bit above the class: in a question the wish for a unicast answer, in an answer that it replaces others (RFC 6762 §5.4, §10.2).
     */
    private static final int TOP_BIT = 0x8000;

    private static final Pattern DOT = Pattern.compile("(?<!\\\\)\\.");
    private static final int POINTER = 0xC0;
    private static final int MOST_RECORDS = 64;
    private static final int MOST_LABELS = 128;

    private final ByteBuffer message;
    private final Set<String> instances = new LinkedHashSet<>();
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, String> addresses = new HashMap<>();

    /** The place at which an instance listens. */
    record Place(String host, int port) {}

    private MdnsMessage(ByteBuffer message) {
        this.message = message;
    }

    /** Returns the question for the instances of {@code service}, such as {@code _http._tcp.local}. */
    static byte[] question(String service) {
        return question(service, PTR);
    }

    /** Returns the question for the place of an instance. */
    static byte[] questionWhere(String instance) {
        return question(instance, SRV);
    }

    /** Returns the question for a host's address. */
    static byte[] questionAddress(String host) {
        return question(host, A);
    }

    private static byte[] question(String name, int type) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 0, 0, 0, 0, /* questions= */ 1, 0, 0, 0, 0, 0, 0});
        for (String label : labels(name)) {
            byte[] bytes = label.getBytes(StandardCharsets.UTF_8);
            out.write(bytes.length);
            out.writeBytes(bytes);
        }
        out.writeBytes(new byte[] {0, 0, (byte) type, (byte) (TOP_BIT >> 8), IN});
        return out.toByteArray();
    }

    /** Splits a name. A dot within a label stands behind a backslash (RFC 1035 §5.1). */
    private static List<String> labels(String name) {
        return DOT.splitAsStream(name).map(label -> label.replace("\\.", ".")).toList();
    }

    /**
     * Parses a message.
     *
     * @return empty if it is no answer
     */
    static Optional<MdnsMessage> read(byte[] bytes, int count) {
        MdnsMessage read = new MdnsMessage(ByteBuffer.wrap(bytes, 0, count).slice());
        try {
            return read.records() ? Optional.of(read) : Optional.empty();
        } catch (BufferUnderflowException | IllegalArgumentException cutOff) {
            return Optional.of(read); // the part before the fault
        }
    }

    private boolean records() {
        message.getShort();
        boolean response = (message.getShort() & RESPONSE) != 0;
        int questions = message.getShort() & 0xFFFF;
        int records = (message.getShort() & 0xFFFF) + (message.getShort() & 0xFFFF) + (message.getShort() & 0xFFFF);
        if (!response) {
            return false;
        }
        for (int i = 0; i < Math.min(questions, MOST_RECORDS); i++) {
            name();
            message.getInt();
        }
        for (int i = 0; i < Math.min(records, MOST_RECORDS); i++) {
            record();
        }
        return true;
    }

    private void record() {
        String name = name();
        int type = message.getShort() & 0xFFFF;
        message.getShort(); // class
        message.getInt(); // time to live
        int length = message.getShort() & 0xFFFF;
        int end = message.position() + length;
        if (type == PTR) {
            instances.add(name());
        } else if (type == SRV) {
            message.getInt(); // priority and weight
            int port = message.getShort() & 0xFFFF;
            places.put(name, new Place(name(), port));
        } else if (type == A && length == 4) {
            addresses.put(
                    name,
                    (message.get() & 0xFF) + "." + (message.get() & 0xFF) + "." + (message.get() & 0xFF) + "."
                            + (message.get() & 0xFF));
        }
        message.position(end);
    }

    /** Reads a name, whose end may be earlier in the message (RFC 1035 §4.1.4). Case is ignored. */
    private String name() {
        StringBuilder name = new StringBuilder();
        int goOn = -1;
        for (int labels = 0; labels < MOST_LABELS; labels++) {
            int length = message.get() & 0xFF;
            if (length == 0) {
                break;
            }
            if (length >= POINTER) {
                int target = (length & ~POINTER) << 8 | (message.get() & 0xFF);
                goOn = goOn < 0 ? message.position() : goOn;
                if (target < HEADER_BYTES) {
                    throw new IllegalArgumentException("a name within the header: target=" + target);
                }
                message.position(target);
                continue;
            }
            byte[] label = new byte[length];
            message.get(label);
            name.append(name.length() == 0 ? "" : ".")
                    .append(new String(label, StandardCharsets.UTF_8).replace(".", "\\."));
        }
        if (goOn >= 0) {
            message.position(goOn);
        }
        return name.toString().toLowerCase(Locale.ROOT);
    }

    /** Returns the names of all instances in the message. */
    Set<String> instances() {
        return instances;
    }

    /** Returns the places of instances, as far as the message has them. */
    Map<String, Place> places() {
        return places;
    }

    /** Returns the addresses of hosts, as far as the message has them. */
    Map<String, String> addresses() {
        return addresses;
    }
}
