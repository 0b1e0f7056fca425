package dev.perch.h264;

import java.util.List;

/**
 * How the slices of a stream tell their picture's place in output order (ITU-T H.264 (08/2021) §7.4.2.1.1, §8.2.1).
 *
 * @param type pic_order_cnt_type; 2 says that output order is decoding order
 * @param log2MaxLsb how many bits pic_order_cnt_lsb has, 0 unless the type is 0
 * @param deltaAlwaysZero delta_pic_order_always_zero_flag, of type 1
 * @param offsetForNonRefPic of type 1
 * @param offsetForTopToBottomField of type 1
 * @param offsetsForRefFrame one for each reference frame of a cycle, of type 1
 */
public record PictureOrder(
        int type,
        int log2MaxLsb,
        boolean deltaAlwaysZero,
        int offsetForNonRefPic,
        int offsetForTopToBottomField,
        List<Integer> offsetsForRefFrame) {

    /** Type 2. */
    static final PictureOrder DECODING = new PictureOrder(2, 0, true, 0, 0, List.of());

    public PictureOrder {
        offsetsForRefFrame = List.copyOf(offsetsForRefFrame);
    }

    /** Type 0: each picture states the low bits of its count. */
    static PictureOrder byLsb(int log2MaxLsb) {
        return new PictureOrder(0, log2MaxLsb, false, 0, 0, List.of());
    }
}
