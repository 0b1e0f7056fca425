package dev.perch.h264;

import dev.perch.media.MalformedBitstreamException;

/** Reads a slice header from behind the picture order count to dec_ref_pic_marking( ) (ITU-T H.264 (08/2021) §7.3.3), for one question. */
final class ReferenceMarking {
    /** The memory_management_control_operation after which there are no references and counting begins anew (§7.4.3.3). */
    private static final int RESET = 5;

    /** More than any picture needs: each operation names one of at most 32 reference fields. */
    private static final int MOST_OPERATIONS = 2 * SliceDefaults.MOST_REFERENCES + 4;

    private ReferenceMarking() {}

    /**
     * Returns whether a slice of a reference picture that is no IDR picture resets the references.
     *
     * @param sliceType slice_type modulo 5
     * @param colours whether ChromaArrayType is not 0
     */
    static boolean resets(BitReader in, int sliceType, SliceDefaults defaults, boolean colours)
            throws MalformedBitstreamException {
        boolean b = sliceType == SliceHeader.B;
        boolean predicted = sliceType != SliceHeader.I && sliceType != SliceHeader.SI;
        if (defaults.redundantPictures()) {
            in.unsigned(); // redundant_pic_cnt
        }
        if (b) {
            in.flag(); // direct_spatial_mv_pred_flag
        }
        if (predicted) {
            predicted(in, b, defaults, colours);
        }
        return in.flag() /* adaptive_ref_pic_marking_mode_flag */ && operations(in);
    }

    private static void predicted(BitReader in, boolean b, SliceDefaults defaults, boolean colours)
            throws MalformedBitstreamException {
        int references0 = defaults.references0();
        int references1 = defaults.references1();
        if (in.flag()) { // num_ref_idx_active_override_flag
            references0 = 1 + in.unsigned("num_ref_idx_l0_active_minus1", SliceDefaults.MOST_REFERENCES - 1);
            references1 = b
                    ? 1 + in.unsigned("num_ref_idx_l1_active_minus1", SliceDefaults.MOST_REFERENCES - 1)
                    : references1;
        }
        modifications(in);
        if (b) {
            modifications(in);
        }
        if (b ? defaults.weightedBipred() : defaults.weightedPred()) {
            in.unsigned(); // luma_log2_weight_denom
            if (colours) {
                in.unsigned(); // chroma_log2_weight_denom
            }
            weights(in, references0, colours);
            if (b) {
                weights(in, references1, colours);
            }
        }
    }

    /** Reads one list's part of ref_pic_list_modification( ) (§7.3.3.1). */
    private static void modifications(BitReader in) throws MalformedBitstreamException {
        if (!in.flag()) { // ref_pic_list_modification_flag
            return;
        }
        int most = SliceDefaults.MOST_REFERENCES + 1;
        while (most-- > 0 && in.unsigned() != 3) { // modification_of_pic_nums_idc
            in.unsigned(); // abs_diff_pic_num_minus1 or long_term_pic_num
        }
    }

    /** Reads one list's part of pred_weight_table( ) (§7.3.3.2). */
    private static void weights(BitReader in, int references, boolean colours) throws MalformedBitstreamException {
        for (int i = 0; i < references; i++) {
            skipSigned(in, in.flag() ? 2 : 0); // luma_weight_flag; weight and offset
            skipSigned(in, colours && in.flag() ? 4 : 0); // chroma_weight_flag; weight and offset of Cb and Cr
        }
    }

    private static void skipSigned(BitReader in, int count) throws MalformedBitstreamException {
        for (int i = 0; i < count; i++) {
            in.signed();
        }
    }

    private static boolean operations(BitReader in) throws MalformedBitstreamException {
        for (int i = 0; i < MOST_OPERATIONS; i++) {
            long operation = in.unsigned();
            if (operation == 0 || operation == RESET) {
                return operation == RESET;
            }
            in.unsigned(); // difference_of_pic_nums_minus1, long_term_pic_num, long_term_frame_idx or
            // max_long_term_frame_idx_plus1
            if (operation == 3) {
                in.unsigned(); // long_term_frame_idx
            }
        }
        return false;
    }
}
