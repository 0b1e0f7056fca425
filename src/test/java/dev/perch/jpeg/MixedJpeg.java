package dev.perch.jpeg;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** JPEG images that carry an H.264 access unit in their APP4 segments. */
public final class MixedJpeg {
    private static final int SEGMENT_BYTES = 65533;

    private MixedJpeg() {}

    /** As a C930e does it: behind APP0. */
    public static byte[] of(byte[] jpeg, byte[] unit, boolean countMarkers) {
        int behindApp0 = 2 + 2 + ((jpeg[4] & 0xff) << 8 | (jpeg[5] & 0xff));
        int firstBytes = SEGMENT_BYTES - 26;
        int later = unit.length <= firstBytes ? 0 : (unit.length - firstBytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(jpeg, 0, behindApp0);
        ByteBuffer head = ByteBuffer.allocate(26);
        head.putShort((short) 0x0100).order(ByteOrder.LITTLE_ENDIAN).putShort((short) 22);
        head.put("H264".getBytes(StandardCharsets.US_ASCII));
        head.putShort((short) 1280)
                .putShort((short) 720)
                .putInt(333333)
                .putShort((short) 0)
                .putInt(7);
        head.putInt(unit.length + (countMarkers ? 4 * later : 0));
        int count = Math.min(unit.length, firstBytes);
        marker(out, 26 + count);
        out.writeBytes(head.array());
        out.write(unit, 0, count);
        for (int at = count; at < unit.length; at += SEGMENT_BYTES) {
            int piece = Math.min(SEGMENT_BYTES, unit.length - at);
            marker(out, piece);
            out.write(unit, at, piece);
        }
        out.write(jpeg, behindApp0, jpeg.length - behindApp0);
        return out.toByteArray();
    }

    private static void marker(ByteArrayOutputStream out, int contentBytes) {
        out.write(0xff);
        out.write(0xe4);
        out.write((contentBytes + 2) >> 8);
        out.write((contentBytes + 2) & 0xff);
    }
}
