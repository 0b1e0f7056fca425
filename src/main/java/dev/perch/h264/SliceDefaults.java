package dev.perch.h264;

import dev.perch.media.MalformedBitstreamException;

/**
 * The end of a picture parameter set, as far as a slice header's length depends on it (ITU-T H.264 (08/2021) §7.3.2.2).
 *
 * @param references0 num_ref_idx_l0_default_active_minus1 + 1
 * @param references1 num_ref_idx_l1_default_active_minus1 + 1
 * @param weightedPred weighted_pred_flag
 * @param weightedBipred whether weighted_bipred_idc is 1, so that B slices carry weights
 * @param redundantPictures redundant_pic_cnt_present_flag
 */
record SliceDefaults(
        int references0, int references1, boolean weightedPred, boolean weightedBipred, boolean redundantPictures) {
    static final int MOST_REFERENCES = 32;

    /** Reads from num_slice_groups_minus1 on. */
    static SliceDefaults read(BitReader in) throws MalformedBitstreamException {
        int groups = 1 + in.unsigned("num_slice_groups_minus1", 7);
        if (groups > 1) {
            sliceGroups(in, groups);
        }
        int references0 = 1 + in.unsigned("num_ref_idx_l0_default_active_minus1", MOST_REFERENCES - 1);
        int references1 = 1 + in.unsigned("num_ref_idx_l1_default_active_minus1", MOST_REFERENCES - 1);
        boolean weightedPred = in.flag();
        boolean weightedBipred = in.bits(2) == 1;
        in.signed(); // pic_init_qp_minus26
        in.signed(); // pic_init_qs_minus26
        in.signed(); // chroma_qp_index_offset
        in.bits(2); // deblocking_filter_control_present_flag, constrained_intra_pred_flag
        return new SliceDefaults(
                references0, references1, weightedPred, weightedBipred, /* redundantPictures= */ in.flag());
    }

    private static void sliceGroups(BitReader in, int groups) throws MalformedBitstreamException {
        int type = in.unsigned("slice_group_map_type", 6);
        if (type == 0) {
            for (int i = 0; i < groups; i++) {
                in.unsigned(); // run_length_minus1
            }
        } else if (type == 2) {
            for (int i = 0; i < 2 * (groups - 1); i++) {
                in.unsigned(); // top_left, bottom_right
            }
        } else if (type >= 3 && type <= 5) {
            in.flag(); // slice_group_change_direction_flag
            in.unsigned(); // slice_group_change_rate_minus1
        } else if (type == 6) {
            int bits = Integer.SIZE - Integer.numberOfLeadingZeros(groups - 1);
            for (long i = in.unsigned(); i >= 0; i--) { // pic_size_in_map_units_minus1; ends with the NAL unit
                in.bits(bits); // slice_group_id
            }
        }
    }
}
