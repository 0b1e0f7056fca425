package dev.perch.h264;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Tells slice by slice whether another picture begins (ITU-T H.264 (08/2021) §7.4.1.2.4), so that a picture whose first slice was lost is not
 * mistaken for the rest of the one before. It also reads the parameter sets in between. The two fields of a frame are one picture here, as decoders
 * and files want them (§3.30, complementary field pairs). Nothing is allocated per slice. Not thread-safe.
 */
final class PictureBoundary {
    /** The most bytes of a slice header up to the picture order count: 200 bits, and emulation prevention. */
    static final int HEADER_BYTES = 48;

    /** The relation of a slice to the picture before it. */
    enum Slice {
        /** More bytes have to come to decide. */
        UNDECIDED,
        CONTINUES,
        BEGINS
    }

    private static final int BASELINE = 66;
    private static final int EXTENDED = 88;
    private static final int CONSTRAINED = 0x40; // constraint_set1_flag: no arbitrary slice order

    private final ParameterSets sets = new ParameterSets();
    private SliceHeader last = new SliceHeader();
    private SliceHeader next = new SliceHeader();
    private boolean lastRead;
    private boolean present;
    private boolean topSeen;
    private boolean paired;

    /** Returns whether there is a current picture: a slice has come since {@link #forget}. */
    boolean present() {
        return present;
    }

    /** Ends the current picture. */
    void forget() {
        present = false;
        topSeen = false;
        paired = false;
    }

    /** Returns whether the current picture is a field whose other field may follow, even after NAL units that would otherwise begin another picture. */
    boolean fieldWaits() {
        return present && lastRead && last.complete() && last.fieldPic() && !paired;
    }

    /** Remembers a parameter set for the slices to come. One that cannot be read is left out. */
    void parameterSet(ByteBuffer memory, int offset, int length) {
        try {
            sets.remember(memory, offset, length);
        } catch (MalformedBitstreamException damaged) {
            // slices that need the missing set are told apart by the elements that do not need it
        }
    }

    /**
     * Takes a slice, unless it is undecided.
     *
     * @param offset of its NAL unit's header byte
     * @param length of its known bytes
     * @param whole true when no more of it will come, or it is long enough
     */
    Slice slice(ByteBuffer memory, int offset, int length, boolean whole) {
        boolean read = next.tryRead(memory, offset, length, sets);
        if (!read && !whole) {
            return Slice.UNDECIDED;
        }
        boolean atTop = length > 1 && memory.get(offset + 1) < 0; // first_mb_in_slice is ue(v): 0 is the single bit 1
        boolean begins = present && ((read && lastRead) ? begins() : (atTop || kindDiffers()));
        if (begins && read && fieldWaits() && pairs()) {
            paired = true;
            topSeen = false;
            begins = false;
        } else if (begins) {
            forget();
        }
        present = true;
        topSeen |= atTop;
        SliceHeader taken = next;
        next = last;
        last = taken;
        lastRead = read;
        return begins ? Slice.BEGINS : Slice.CONTINUES;
    }

    private boolean begins() {
        if (!next.complete() || !last.complete()) {
            return next.firstMbInSlice() <= last.firstMbInSlice() || kindDiffers();
        }
        if (kindDiffers() || placeDiffers()) {
            return true;
        }
        SequenceParameterSet sps = sets.spsAt(
                sets.indexOfSps(sets.ppsAt(sets.indexOfPps(next.ppsId())).spsId()));
        if (sps.separateColourPlanes()) {
            return false; // each plane begins at the top
        }
        return arbitraryOrder(sps)
                ? topSeen && next.firstMbInSlice() == 0
                : next.firstMbInSlice() <= last.firstMbInSlice();
    }

    /** Returns whether nal_ref_idc differs with one of them 0, or IdrPicFlag differs. */
    private boolean kindDiffers() {
        return (next.nalRefIdc() == 0) != (last.nalRefIdc() == 0) || next.idr() != last.idr();
    }

    private boolean placeDiffers() {
        return next.frameNum() != last.frameNum()
                || next.ppsId() != last.ppsId()
                || next.fieldPic() != last.fieldPic()
                || next.bottomField() != last.bottomField()
                || next.idrPicId() != last.idrPicId()
                || next.picOrderCntLsb() != last.picOrderCntLsb()
                || next.deltaPicOrderCntBottom() != last.deltaPicOrderCntBottom()
                || next.deltaPicOrderCnt0() != last.deltaPicOrderCnt0()
                || next.deltaPicOrderCnt1() != last.deltaPicOrderCnt1();
    }

    private static boolean arbitraryOrder(SequenceParameterSet sps) {
        return sps.profileIdc() == EXTENDED
                || (sps.profileIdc() == BASELINE && (sps.constraintFlags() & CONSTRAINED) == 0);
    }

    /** Returns whether the next slice belongs to the other field of the current picture's frame. */
    private boolean pairs() {
        return next.complete()
                && next.fieldPic()
                && next.bottomField() != last.bottomField()
                && next.frameNum() == last.frameNum()
                && !next.idr()
                && (next.nalRefIdc() == 0) == (last.nalRefIdc() == 0);
    }
}
