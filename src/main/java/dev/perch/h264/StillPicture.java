package dev.perch.h264;

import dev.perch.media.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.function.IntBinaryOperator;

/**
 * A grey picture of flat squares, encoded as H.264 of the constrained baseline profile without an encoder: one IDR picture, then pictures that repeat
 * it in a few bytes. Macroblocks are predicted as Intra_16x16 from their neighbours' mean; of the residual only the DC coefficients are written,
 * which is all that a flat square has (ITU-T H.264 §8.5.10).
 */
public final class StillPicture {
    /** The side of a square in pixels. */
    public static final int SQUARE = 4;

    /** The quantization parameter; it makes a step of the reconstructed value 1.25. */
    static final int QP = 30;

    private static final int MACROBLOCK = 16;
    private static final int MAX_FRAME_NUM_BITS = 4;

    /** Level_idc and the most macroblocks of a picture at that level (§A.3.1, table A-1). Rates are far below each level's. */
    private static final int[][] LEVELS = {{30, 1620}, {31, 3600}, {40, 8192}, {50, 22080}, {51, 36864}, {60, 139264}};

    private final int width;
    private final int height;
    private final int columns; // macroblocks a row
    private final int rows;
    private final Bytes key;

    private StillPicture(int width, int height, IntBinaryOperator luma) {
        this.width = width;
        this.height = height;
        this.columns = (width + MACROBLOCK - 1) / MACROBLOCK;
        this.rows = (height + MACROBLOCK - 1) / MACROBLOCK;
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        append(all, sps());
        append(all, pps());
        append(all, idr(luma));
        this.key = Bytes.copyOf(all.toByteArray());
    }

    /**
     * Encodes a picture.
     *
     * @param width in pixels, even, from 16 to 16384, like the height
     * @param luma of the square in a column and a row, 0 to 255; also asked a little beyond the picture's edges
     */
    public static StillPicture of(int width, int height, IntBinaryOperator luma) {
        if (width < MACROBLOCK || height < MACROBLOCK || width > 16384 || height > 16384 || (width | height) % 2 != 0) {
            throw new IllegalArgumentException("no size of a picture: width=" + width + " height=" + height);
        }
        return new StillPicture(width, height, luma);
    }

    /** Returns the picture's access unit in Annex B form, parameter sets first. */
    public Bytes key() {
        return key;
    }

    /**
     * Returns an access unit in Annex B form that repeats the picture.
     *
     * @param index the number of pictures since the key picture, from 1
     */
    public Bytes repeat(int index) {
        NalWriter out = new NalWriter(0x61); // nal_ref_idc 3, a slice that is not IDR
        out.ue(0).ue(5).ue(0); // first_mb_in_slice, slice_type P, pic_parameter_set_id
        out.u(MAX_FRAME_NUM_BITS, index & (1 << MAX_FRAME_NUM_BITS) - 1); // frame_num
        out.u(1, 0).u(1, 0).u(1, 0); // no override of references, no modification, sliding window
        out.se(0).ue(1); // slice_qp_delta, disable_deblocking_filter_idc
        out.ue(columns * rows); // mb_skip_run: all macroblocks
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        append(all, out.end());
        return Bytes.copyOf(all.toByteArray());
    }

    /** Appends a NAL unit behind a start code (Annex B). */
    private static void append(ByteArrayOutputStream to, byte[] nal) {
        to.writeBytes(new byte[] {0, 0, 0, 1});
        to.writeBytes(nal);
    }

    /** Returns the sequence parameter set, §7.3.2.1.1. */
    private byte[] sps() {
        int level = LEVELS[LEVELS.length - 1][0];
        for (int i = LEVELS.length - 1; i >= 0; i--) {
            level = columns * rows <= LEVELS[i][1] ? LEVELS[i][0] : level;
        }
        NalWriter out = new NalWriter(0x67);
        out.u(8, 66).u(8, 0xc0).u(8, level); // profile_idc, constraint_set0_flag and 1, level_idc
        out.ue(0)
                .ue(MAX_FRAME_NUM_BITS - 4)
                .ue(2)
                .ue(1)
                .u(1, 0); // id, frame_num, order as decoded, one reference, no gaps
        out.ue(columns - 1).ue(rows - 1).u(1, 1).u(1, 1); // frames only, direct_8x8_inference_flag
        int right = (columns * MACROBLOCK - width) / 2;
        int bottom = (rows * MACROBLOCK - height) / 2;
        if (right + bottom == 0) {
            out.u(1, 0);
        } else {
            out.u(1, 1).ue(0).ue(right).ue(0).ue(bottom); // frame_cropping
        }
        out.u(1, 0); // no VUI
        return out.end();
    }

    /** Returns the picture parameter set, §7.3.2.2. */
    private static byte[] pps() {
        NalWriter out = new NalWriter(0x68);
        out.ue(0).ue(0).u(1, 0).u(1, 0).ue(0).ue(0).ue(0); // ids, CAVLC, one slice group, one reference each
        out.u(1, 0).u(2, 0).se(QP - 26).se(0).se(0); // no weighted prediction, pic_init_qp, qs, chroma offset
        out.u(1, 1).u(1, 0).u(1, 0); // deblocking is controlled by slices
        return out.end();
    }

    /** Returns the slice of the IDR picture, §7.3.3 and §7.3.4. */
    private byte[] idr(IntBinaryOperator luma) {
        NalWriter out = new NalWriter(0x65);
        out.ue(0).ue(7).ue(0).u(MAX_FRAME_NUM_BITS, 0).ue(0); // first_mb_in_slice, I, pps, frame_num, idr_pic_id
        out.u(1, 0).u(1, 0).se(0).ue(1); // dec_ref_pic_marking, slice_qp_delta, no deblocking
        FlatMacroblocks macroblocks = new FlatMacroblocks(columns);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                macroblocks.write(out, column, row, luma);
            }
        }
        return out.end();
    }
}
