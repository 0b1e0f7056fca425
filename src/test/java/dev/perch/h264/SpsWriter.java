package dev.perch.h264;

import dev.perch.media.Bytes;
import java.io.ByteArrayOutputStream;

/** Writes sequence parameter sets bit by bit for tests, with emulation prevention. */
final class SpsWriter {
    private final StringBuilder bits = new StringBuilder();

    SpsWriter u(int count, long value) {
        for (int i = count - 1; i >= 0; i--) {
            bits.append(value >> i & 1);
        }
        return this;
    }

    SpsWriter ue(long value) {
        int length = 64 - Long.numberOfLeadingZeros(value + 1);
        return u(length - 1, 0).u(length, value + 1);
    }

    SpsWriter se(long value) {
        return ue(value > 0 ? 2 * value - 1 : -2 * value);
    }

    /** Writes profile_idc to seq_parameter_set_id 0 and, for the high profiles, the chroma format and 8 bits, up to the scaling matrix flag. */
    static SpsWriter begin(int profileIdc, int chromaFormatIdc) {
        SpsWriter writer =
                new SpsWriter().u(8, 0x67).u(8, profileIdc).u(8, 0).u(8, 40).ue(0);
        if (profileIdc >= 100) {
            writer.ue(chromaFormatIdc);
            if (chromaFormatIdc == 3) {
                writer.u(1, 0);
            }
            writer.ue(0).ue(0).u(1, 0);
        }
        return writer;
    }

    /** Writes log2_max_frame_num_minus4, picture order count of type 2, one reference frame, no gaps. */
    SpsWriter order() {
        return ue(0).ue(2).ue(1).u(1, 0);
    }

    /** Writes the size in macroblocks, frame_mbs_only_flag and direct_8x8_inference_flag. */
    SpsWriter frames(int widthInMbs, int heightInMbs) {
        return ue(widthInMbs - 1).ue(heightInMbs - 1).u(1, 1).u(1, 1);
    }

    SpsWriter fields(int widthInMbs, int heightInMapUnits) {
        return ue(widthInMbs - 1).ue(heightInMapUnits - 1).u(1, 0).u(1, 0).u(1, 1);
    }

    SpsWriter crop(int left, int right, int top, int bottom) {
        return u(1, 1).ue(left).ue(right).ue(top).ue(bottom);
    }

    Bytes nal() {
        String all = bits + "1";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int zeros = 0;
        for (int i = 0; i < all.length(); i += 8) {
            String octet = (all.substring(i, Math.min(i + 8, all.length())) + "0000000").substring(0, 8);
            int value = Integer.parseInt(octet, 2);
            if (zeros >= 2 && value <= 3) {
                out.write(3);
                zeros = 0;
            }
            out.write(value);
            zeros = value == 0 ? zeros + 1 : 0;
        }
        return Bytes.copyOf(out.toByteArray());
    }
}
