package dev.perch.h264;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * The beginning of a slice header, up to the picture order count (ITU-T H.264 (08/2021) §7.3.3): the elements that tell one picture from the next,
 * and its place in output order. One object reads slice after slice, so that nothing is allocated per frame. Not thread-safe.
 */
public final class SliceHeader {
    static final int B = 1;
    static final int I = 2;
    static final int SI = 4;

    private final BitReader in = new BitReader();
    private int nalRefIdc;
    private boolean idr;
    private int firstMbInSlice;
    private int sliceType;
    private int ppsId;
    private boolean complete;
    private int frameNum;
    private boolean fieldPic;
    private boolean bottomField;
    private int idrPicId;
    private int picOrderCntLsb;
    private int deltaPicOrderCntBottom;
    private int deltaPicOrderCnt0;
    private int deltaPicOrderCnt1;

    /**
     * Reads the header of a NAL unit of type 1, 2 or 5. If the parameter sets that the slice names are missing, it is read up to their id.
     *
     * @param offset of the NAL unit's header byte, an absolute index
     * @throws MalformedBitstreamException when it ends early, or an element is out of its range
     */
    public void read(ByteBuffer memory, int offset, int length, ParameterSets sets) throws MalformedBitstreamException {
        in.set(memory, offset, length);
        elements(memory.get(offset), sets);
    }

    /**
     * Reads the header like {@link #read} but does not throw, because hostile input may have a damaged slice every five bytes.
     *
     * @return false where {@link #read} throws
     */
    boolean tryRead(ByteBuffer memory, int offset, int length, ParameterSets sets) {
        in.setQuietly(memory, offset, length);
        try {
            elements(memory.get(offset), sets);
        } catch (MalformedBitstreamException quiet) {
            throw new IllegalStateException("thrown by a quiet reader", quiet);
        }
        complete &= !in.failed();
        return !in.failed();
    }

    private void elements(int header, ParameterSets sets) throws MalformedBitstreamException {
        complete = false;
        clear();
        nalRefIdc = header >> 5 & 3;
        idr = NalTable.type(header) == NalTable.IDR_SLICE;
        firstMbInSlice = in.unsigned("first_mb_in_slice", Integer.MAX_VALUE);
        sliceType = in.unsigned("slice_type", 9) % 5;
        ppsId = in.unsigned("pic_parameter_set_id", 255);
        int pps = sets.indexOfPps(ppsId);
        int sps = pps < 0 ? -1 : sets.indexOfSps(sets.ppsAt(pps).spsId());
        if (sps >= 0) {
            picture(sets.spsAt(sps), sets.ppsAt(pps));
            complete = true;
        }
    }

    private void picture(SequenceParameterSet sps, PictureParameterSet pps) throws MalformedBitstreamException {
        if (sps.separateColourPlanes()) {
            in.bits(2); // colour_plane_id
        }
        frameNum = (int) in.bits(sps.log2MaxFrameNum());
        if (sps.interlaced()) {
            fieldPic = in.flag();
            bottomField = fieldPic && in.flag();
        }
        if (idr) {
            idrPicId = in.unsigned("idr_pic_id", 65535);
        }
        boolean bothFields = pps.bottomFieldPicOrder() && !fieldPic;
        PictureOrder order = sps.order();
        if (order.type() == 0) {
            picOrderCntLsb = (int) in.bits(order.log2MaxLsb());
            deltaPicOrderCntBottom = bothFields ? (int) in.signed() : 0;
        } else if (order.type() == 1 && !order.deltaAlwaysZero()) {
            deltaPicOrderCnt0 = (int) in.signed();
            deltaPicOrderCnt1 = bothFields ? (int) in.signed() : 0;
        }
    }

    /**
     * Reads on to the end of the reference picture marking. Called right after the header was read up to the picture order count.
     *
     * @return whether memory_management_control_operation 5 is in it (§7.4.3.3); false if the rest is damaged
     */
    boolean resetsReferences(SequenceParameterSet sps, PictureParameterSet pps) {
        SliceDefaults defaults = pps.defaults();
        if (idr || nalRefIdc == 0 || defaults == null) {
            return false;
        }
        in.quietly();
        boolean colours = sps.chromaFormatIdc() != 0 && !sps.separateColourPlanes();
        try {
            return ReferenceMarking.resets(in, sliceType, defaults, colours) && !in.failed();
        } catch (MalformedBitstreamException quiet) {
            throw new IllegalStateException("thrown by a quiet reader", quiet);
        }
    }

    private void clear() {
        frameNum = 0;
        fieldPic = false;
        bottomField = false;
        idrPicId = 0;
        picOrderCntLsb = 0;
        deltaPicOrderCntBottom = 0;
        deltaPicOrderCnt0 = 0;
        deltaPicOrderCnt1 = 0;
    }

    /** Returns whether the parameter sets were known, so that everything was read; otherwise the elements from frame_num on are 0. */
    public boolean complete() {
        return complete;
    }

    public int nalRefIdc() {
        return nalRefIdc;
    }

    /** Returns IdrPicFlag. */
    public boolean idr() {
        return idr;
    }

    public int firstMbInSlice() {
        return firstMbInSlice;
    }

    /** Returns whether this is a slice of intra macroblocks only (I or SI). */
    public boolean intra() {
        return sliceType == I || sliceType == SI;
    }

    /** Returns whether this is a B slice. */
    public boolean bidirectional() {
        return sliceType == B;
    }

    public int ppsId() {
        return ppsId;
    }

    public int frameNum() {
        return frameNum;
    }

    public boolean fieldPic() {
        return fieldPic;
    }

    public boolean bottomField() {
        return bottomField;
    }

    public int idrPicId() {
        return idrPicId;
    }

    public int picOrderCntLsb() {
        return picOrderCntLsb;
    }

    public int deltaPicOrderCntBottom() {
        return deltaPicOrderCntBottom;
    }

    public int deltaPicOrderCnt0() {
        return deltaPicOrderCnt0;
    }

    public int deltaPicOrderCnt1() {
        return deltaPicOrderCnt1;
    }
}
