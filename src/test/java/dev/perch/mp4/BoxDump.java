package dev.perch.mp4;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/** Reads boxes on its own, knowing nothing of the writers, and shows them as text: one line a box, then its payload in hexadecimal. */
final class BoxDump {
    private static final Set<String> CONTAINERS = Set.of(
            "moov", "trak", "edts", "mdia", "minf", "dinf", "stbl", "mvex", "moof", "traf", "dref", "stsd", "avc1",
            "mp4a");

    /** How many bytes stand before the first box inside. */
    private static final Map<String, Integer> PREFIX_BYTES = Map.of("dref", 8, "stsd", 8, "avc1", 78, "mp4a", 28);

    private static final int LINE_BYTES = 32;

    private final StringBuilder text = new StringBuilder();

    private BoxDump() {}

    /** The boxes between the position and the limit; the payload of {@code mdat} may be absent. */
    static String of(Bytes boxes) {
        BoxDump dump = new BoxDump();
        dump.boxes(boxes.buffer(), "");
        return dump.text.toString();
    }

    private void boxes(ByteBuffer in, String indent) {
        while (in.hasRemaining()) {
            int size = in.getInt();
            byte[] type = new byte[4];
            in.get(type);
            String name = new String(type, StandardCharsets.US_ASCII);
            text.append(indent).append(name).append(' ').append(size).append('\n');
            if (size < 8 || (size - 8 > in.remaining() && !name.equals("mdat"))) {
                throw new AssertionError("box " + name + " has a wrong size=" + size);
            }
            int payload = Math.min(size - 8, in.remaining());
            box(name, in.slice(in.position(), payload), indent + "  ");
            in.position(in.position() + payload);
        }
    }

    private void box(String name, ByteBuffer payload, String indent) {
        if (CONTAINERS.contains(name)) {
            int prefix = PREFIX_BYTES.getOrDefault(name, 0);
            hex(payload.slice(0, prefix), indent);
            boxes(payload.position(prefix), indent);
        } else {
            hex(payload, indent);
        }
    }

    private void hex(ByteBuffer bytes, String indent) {
        while (bytes.hasRemaining()) {
            byte[] line = new byte[Math.min(LINE_BYTES, bytes.remaining())];
            bytes.get(line);
            text.append(indent).append(HexFormat.of().formatHex(line)).append('\n');
        }
    }
}
