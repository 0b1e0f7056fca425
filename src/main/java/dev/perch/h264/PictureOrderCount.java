package dev.perch.h264;

import java.util.List;

/** Counts pictures in output order: PicOrderCnt( ) of each access unit's first slice, in decoding order (ITU-T H.264 (08/2021) §8.2.1). */
final class PictureOrderCount {
    private int previousMsb; // prevPicOrderCntMsb
    private int previousLsb; // prevPicOrderCntLsb
    private int previousFrameNum; // prevFrameNum
    private long previousOffset; // prevFrameNumOffset

    /** Returns PicOrderCnt( CurrPic ) in a stream whose pic_order_cnt_type is 0 or 1. */
    long next(SliceHeader slice, SequenceParameterSet sps) {
        return sps.order().type() == 1 ? byFrameNum(slice, sps) : byLsb(slice, sps.order());
    }

    /**
     * Counts on from the picture that was counted last as if it had count 0 and frame_num 0, as after one with memory_management_control_operation 5
     * (§8.2.1, §7.4.3).
     */
    void reset(SliceHeader slice) {
        previousMsb = 0;
        previousLsb =
                slice.fieldPic() ? 0 : Math.max(0, -slice.deltaPicOrderCntBottom()); // tempPicOrderCnt is taken off
        previousFrameNum = 0;
        previousOffset = 0;
    }

    /** Returns the count by type 0 (§8.2.1.1). */
    private long byLsb(SliceHeader slice, PictureOrder order) {
        if (slice.idr()) {
            previousMsb = 0;
            previousLsb = 0;
        }
        int max = 1 << order.log2MaxLsb();
        int lsb = slice.picOrderCntLsb();
        int msb = previousMsb;
        if (lsb < previousLsb && previousLsb - lsb >= max / 2) {
            msb += max;
        } else if (lsb > previousLsb && lsb - previousLsb > max / 2) {
            msb -= max;
        }
        if (slice.nalRefIdc() != 0) {
            previousMsb = msb;
            previousLsb = lsb;
        }
        long first = msb + (long) lsb;
        return slice.fieldPic() ? first : Math.min(first, first + slice.deltaPicOrderCntBottom());
    }

    /** Returns the count by type 1 (§8.2.1.2). */
    private long byFrameNum(SliceHeader slice, SequenceParameterSet sps) {
        PictureOrder order = sps.order();
        List<Integer> cycle = order.offsetsForRefFrame();
        long expected = expected(frameNum(slice, sps, !cycle.isEmpty()), cycle);
        if (slice.nalRefIdc() == 0) {
            expected += order.offsetForNonRefPic();
        }
        long top = expected + slice.deltaPicOrderCnt0();
        long bottom = top + order.offsetForTopToBottomField();
        if (slice.fieldPic()) {
            return slice.bottomField() ? bottom : top;
        }
        return Math.min(top, bottom + slice.deltaPicOrderCnt1());
    }

    /** Returns absFrameNum (8-6, 8-7). */
    private long frameNum(SliceHeader slice, SequenceParameterSet sps, boolean counted) {
        long offset = previousOffset;
        if (slice.idr()) {
            offset = 0;
        } else if (previousFrameNum > slice.frameNum()) {
            offset += 1L << sps.log2MaxFrameNum();
        }
        previousOffset = offset;
        previousFrameNum = slice.frameNum();
        long number = counted ? offset + slice.frameNum() : 0;
        return slice.nalRefIdc() == 0 && number > 0 ? number - 1 : number;
    }

    /** Returns expectedPicOrderCnt (8-8, 8-9). */
    private static long expected(long number, List<Integer> cycle) {
        if (number == 0) {
            return 0;
        }
        long cycles = (number - 1) / cycle.size();
        int inCycle = (int) ((number - 1) % cycle.size());
        long sum = 0;
        for (int i = 0; i < cycle.size(); i++) {
            sum += cycle.get(i) * (i <= inCycle ? cycles + 1 : cycles);
        }
        return sum;
    }
}
