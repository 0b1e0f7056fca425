package dev.perch.h264;

import java.util.List;

/**
 * The coding of a picture's place in output order in a stream's slices (ITU-T H.264 (08/2021) §7.4.2.1.1, §8.2.1).
 *
 * @param type pic_order_cnt_type; 2 says that output order is decoding order
 * @param log2MaxLsb number of bits of pic_order_cnt_lsb, 0 unless the type is 0
 * @param deltaAlwaysZero delta_pic_order_always_zero_flag, for type 1
 * @param offsetForNonRefPic for type 1
 * @param offsetForTopToBottomField for type 1
 * @param offsetsForRefFrame one for each reference frame of a cycle, for type 1
 */
public record PictureOrder(
        int type,
        int log2MaxLsb,
        boolean deltaAlwaysZero,
        int offsetForNonRefPic,
        int offsetForTopToBottomField,
        List<Integer> offsetsForRefFrame) {

    /** Type 2: output order is decoding order. */
    static final PictureOrder DECODING = new PictureOrder(2, 0, true, 0, 0, List.of());

    public PictureOrder {
        offsetsForRefFrame = List.copyOf(offsetsForRefFrame);
    }

    /** Returns type 0: each picture states the low bits of its count. */
    static PictureOrder byLsb(int log2MaxLsb) {
        return new PictureOrder(0, log2MaxLsb, false, 0, 0, List.of());
    }
}
