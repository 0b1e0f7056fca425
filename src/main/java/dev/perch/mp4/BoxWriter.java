package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.Orientation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes nested boxes (ISO/IEC 14496-12:2015 §4.2). The size of a box is written when the box ends. */
final class BoxWriter {
    static final int UNITY = 0x0001_0000; // 1.0 as 16.16

    private final ByteBuffer out;

    BoxWriter(int capacityBytes) {
        this.out = ByteBuffer.allocate(capacityBytes);
    }

    /** Opens a box and returns its mark, for {@link #end}. */
    int begin(String type) {
        int mark = out.position();
        out.putInt(0);
        fourcc(type);
        return mark;
    }

    /** Opens a FullBox (§4.2) and returns its mark, for {@link #end}. */
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

    /** Returns the offset of the next byte. */
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

    /** Writes the unity matrix (§6.2.2). */
    static void matrix(BoxWriter out) {
        out.u32(UNITY).zeros(12).u32(UNITY).zeros(12).u32(0x4000_0000);
    }

    /**
     * Writes the matrix that turns a track of {@code width} and {@code height} (§6.2.2): {@code a b u c d v x y w}, by which a point at p, q is shown
     * at ap + cq + x, bp + dq + y. Its last three numbers move the turned picture back, so that its left and top edges are at 0.
     */
    static void matrix(BoxWriter out, Orientation turn, int width, int height) {
        int[] turned = turned(turn.degrees());
        int sign = turn.mirrored() ? -1 : 1;
        int shownWidth = turn.width(width, height);
        int x = turned[0] + turned[2] < 0 ? shownWidth : 0;
        int left = turn.mirrored() ? shownWidth - x : x;
        int top = turned[1] + turned[3] < 0 ? turn.height(width, height) : 0;
        out.u32(sign * turned[0] * UNITY).u32(turned[1] * UNITY).zeros(4);
        out.u32(sign * turned[2] * UNITY).u32(turned[3] * UNITY).zeros(4);
        out.u32(left * UNITY).u32(top * UNITY).u32(0x4000_0000);
    }

    /** Returns {@code a b c d} of the matrix that turns clockwise by right angles; mirrored, {@code a} and {@code c} have the other sign. */
    static int[] turned(int degrees) {
        return switch (degrees) {
            case 90 -> new int[] {0, 1, -1, 0};
            case 180 -> new int[] {-1, 0, 0, -1};
            case 270 -> new int[] {0, -1, 1, 0};
            default -> new int[] {1, 0, 0, 1};
        };
    }

    /** Returns a copy of all bytes written. */
    Bytes written() {
        return Bytes.copyOf(out.duplicate().flip());
    }
}
