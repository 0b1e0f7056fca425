package dev.perch.mp4;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes nested boxes (ISO/IEC 14496-12:2015 §4.2). The size of a box is written when the box ends. */
final class BoxWriter {
    static final int UNITY = 0x0001_0000; // 16.16

    private final ByteBuffer out;

    BoxWriter(int capacityBytes) {
        this.out = ByteBuffer.allocate(capacityBytes);
    }

    /** Opens a box. Returns its mark, for {@link #end}. */
    int begin(String type) {
        int mark = out.position();
        out.putInt(0);
        fourcc(type);
        return mark;
    }

    /** Opens a FullBox (§4.2) in the same way. */
    int beginFull(String type, int version, int flags) {
        int mark = begin(type);
        out.putInt(version << 24 | flags);
        return mark;
    }

    void end(int mark) {
        out.putInt(mark, out.position() - mark);
    }

    BoxWriter fourcc(String type) {
        out.put(type.getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    BoxWriter u8(int value) {
        out.put((byte) value);
        return this;
    }

    BoxWriter u16(int value) {
        out.putShort((short) value);
        return this;
    }

    BoxWriter u32(int value) {
        out.putInt(value);
        return this;
    }

    /** The offset of the next byte. */
    int position() {
        return out.position();
    }

    /** Replaces the 32-bit number at {@code position}. */
    void overwrite(int position, int value) {
        out.putInt(position, value);
    }

    BoxWriter zeros(int count) {
        for (int i = 0; i < count; i++) {
            out.put((byte) 0);
        }
        return this;
    }

    BoxWriter bytes(Bytes bytes) {
        bytes.copyTo(out);
        return this;
    }

    /** The unity matrix (§6.2.2). */
    static void matrix(BoxWriter out) {
        out.u32(UNITY).zeros(12).u32(UNITY).zeros(12).u32(0x4000_0000);
    }

    /** Returns a copy of all that was written. */
    Bytes written() {
        return Bytes.copyOf(out.duplicate().flip());
    }
}
