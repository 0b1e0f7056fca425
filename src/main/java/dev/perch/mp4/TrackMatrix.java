package dev.perch.mp4;

import dev.perch.media.Orientation;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads how a track's pictures are to be held (ISO/IEC 14496-12:2015 §6.2.2). */
public final class TrackMatrix {
    /** The bytes of a {@code tkhd} of version 1, of which the matrix ends before width and height. */
    public static final int HEADER_BYTES = 96;

    private static final int MATRIX_BYTES = 36;

    private TrackMatrix() {}

    /**
     * Returns what the matrix says, where it turns by right angles, mirrored or not: upright else.
     *
     * @param header what stands behind the size and type of a {@code tkhd} (§8.3.2)
     */
    public static Orientation held(ByteBuffer header) {
        if (!header.hasRemaining()) {
            return Orientation.UPRIGHT;
        }
        int at = header.position() + (header.get(header.position()) == 1 ? 52 : 40);
        if (header.limit() < at + MATRIX_BYTES) {
            return Orientation.UPRIGHT;
        }
        int[] signs = {
            Integer.signum(header.getInt(at)), Integer.signum(header.getInt(at + 4)),
            Integer.signum(header.getInt(at + 12)), Integer.signum(header.getInt(at + 16))
        };
        for (int degrees = 0; degrees < 360; degrees += 90) {
            for (int sign : new int[] {1, -1}) {
                int[] turned = BoxWriter.turned(degrees);
                if (Arrays.equals(signs, new int[] {sign * turned[0], turned[1], sign * turned[2], turned[3]})) {
                    return new Orientation(degrees, /* mirrored= */ sign < 0);
                }
            }
        }
        return Orientation.UPRIGHT;
    }
}
