package dev.perch.h264;

import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Tells how long after its decoding each picture is shown, without waiting for the pictures after it. A stream that states how many frames it
 * reorders (ITU-T H.264 (08/2021) §E.2.1, max_num_reorder_frames) is believed from its first picture on. In a stream that states nothing, nothing is
 * delayed until a picture comes that precedes in output order one that was decoded before it. From then on everything is shown later than decoded by
 * the depth of reordering, as the bumping process of §C.4.5.3 would put it out. For one thread at a time.
 *
 * <p>Numbers count half frames: fields, of which a frame has two.
 */
final class OutputOrder {
    /**
     * The greatest distance of a picture from its place, unless the count began anew or pictures were lost: a decoded picture buffer holds 16 frames
     * (§A.3.1).
     */
    private static final int MOST = 2 * 16;

    /** The number of pictures without any reordering after which reordering has ended. */
    private static final int CALM_PICTURES = 128;

    private static final int BASELINE = 66;

    private final SliceHeader slice = new SliceHeader();
    private final SliceHeader lastSlice = new SliceHeader();
    private final PictureOrderCount count = new PictureOrderCount();
    private boolean begun;
    private boolean reordering;
    private boolean presumed; // from a gap that B pictures will fill
    private long first; // the sequence's first count
    private long newest; // the largest count in the sequence
    private long decoded; // half frames decoded in the sequence
    private boolean whole; // true when a frame counts one, not two
    private int depth; // the delay of pictures
    private long needed; // the depth needed so far
    private int calm; // pictures since the last one that was out of order
    private int sequence; // pictures since the sequence began
    private long orderBase = 1;
    private int noted; // recent pictures
    private long least = Long.MAX_VALUE; // the least delay of any of them
    private long usual = Long.MAX_VALUE; // the least delay ever: more than 0 if less is reordered than is declared
    private long surplus; // the growth of the delay, caused by lost pictures

    /** Returns {@code time} with the place in output order of the access unit that {@code nals} lists. */
    FrameTime time(FrameTime time, ByteBuffer annexB, NalTable nals, ParameterSets sets, long frameNanos) {
        int first = sliceFrom(annexB, nals, 0, 1);
        if (first < 0) {
            return time;
        }
        try {
            slice.read(annexB, nals.offset(first), nals.length(first), sets);
            int pps = sets.indexOfPps(slice.ppsId());
            if (!slice.complete() || pps < 0) {
                return time;
            }
            SequenceParameterSet sps =
                    sets.spsAt(sets.indexOfSps(sets.ppsAt(pps).spsId()));
            boolean resets = slice.resetsReferences(sps, sets.ppsAt(pps));
            int last = slice.fieldPic() ? sliceFrom(annexB, nals, nals.count() - 1, -1) : first;
            if (last != first) {
                lastSlice.read(annexB, nals.offset(last), nals.length(last), sets);
                resets |= lastSlice.complete() && lastSlice.resetsReferences(sps, sets.ppsAt(pps));
            }
            boolean field = slice.fieldPic() && (last == first || lastSlice.bottomField() == slice.bottomField());
            return time(time, sps, resets, field ? 1 : 2, frameNanos);
        } catch (MalformedBitstreamException unreadable) {
            return time; // decoders conceal the damage
        }
    }

    private static int sliceFrom(ByteBuffer annexB, NalTable nals, int index, int step) {
        int i = index;
        while (i >= 0 && i < nals.count()) {
            int type = NalTable.type(annexB.get(nals.offset(i)));
            if (nals.length(i) > 0 && (type == NalTable.SLICE || type == NalTable.IDR_SLICE)) {
                return i;
            }
            i += step;
        }
        return -1;
    }

    /**
     * Returns {@code time} with the place in output order of the picture whose first slice was read last.
     *
     * @param resets whether it has memory_management_control_operation 5: it follows all before it in output order, and is counted 0 from then on
     * @param halves 2 for a frame or both its fields, 1 for a field alone
     */
    private FrameTime time(FrameTime time, SequenceParameterSet sps, boolean resets, int halves, long frameNanos) {
        if (sps.order().type() == PictureOrder.DECODING.type()) {
            return time;
        }
        long at = count.next(slice, sps);
        if (resets) {
            count.reset(slice);
            at = 0;
        }
        if (!begun || slice.idr() || resets || outOfReach(at)) {
            begin(at, sps);
        } else if (at > newest) {
            anchor(at, slice, sps);
        } else {
            outOfOrder(at, slice);
        }
        newest = Math.max(newest, at);
        long ahead = Math.max(0, place(at) - decoded + depth);
        long order = orderBase + at - first;
        note(ahead);
        decoded += halves;
        sequence++;
        calm++;
        return reordering ? time.shown(ahead * frameNanos / halves, order) : time;
    }

    private long place(long at) {
        return whole ? 2 * (at - first) : at - first;
    }

    /** Returns whether the count must have begun anew: because the stream was cut, or a reset was not understood. */
    private boolean outOfReach(long at) {
        return at < newest && place(newest) - place(at) > MOST + depth;
    }

    private void begin(long at, SequenceParameterSet sps) {
        int declared = 2 * Math.max(0, sps.maxNumReorderFrames());
        if (!begun) {
            depth = declared;
            reordering = declared > 0;
        } else if (reordering) {
            depth = (int) Math.max(depth, needed);
            endVainDelay();
        }
        begun = true;
        orderBase += newest - first + MOST;
        first = at;
        newest = at;
        decoded = 0;
        sequence = 0;
        forget();
    }

    private void endVainDelay() {
        if (calm >= CALM_PICTURES || (presumed && needed == 0)) {
            reordering = false;
            presumed = false;
            depth = 0;
            needed = 0;
        }
    }

    /** Takes a picture that follows all before it in output order. */
    private void anchor(long at, SliceHeader slice, SequenceParameterSet sps) {
        whole |= !sps.interlaced() && (at - first & 1) != 0;
        boolean gap = sequence == 1 && orderBase == 1 + MOST && place(at) >= 2 * 2;
        if (gap && !reordering && sps.maxNumReorderFrames() < 0 && sps.profileIdc() != BASELINE && !slice.intra()) {
            reordering = true;
            presumed = true;
            depth = 2;
        }
        if (reordering) {
            depth = (int) Math.max(depth, needed);
        }
        if (place(at) - decoded > MOST) { // pictures were lost, whose time has passed
            decoded = place(at);
        } else if (surplus > 0) {
            decoded += surplus;
            forget();
        }
    }

    private void outOfOrder(long at, SliceHeader slice) {
        whole |= !slice.fieldPic() && (at - first & 1) != 0 && decoded > place(newest);
        reordering = true;
        calm = 0;
        needed = Math.max(needed, Math.min(MOST, decoded - place(at)));
    }

    private void note(long ahead) {
        least = Math.min(least, ahead);
        if (++noted == MOST) {
            usual = Math.min(usual, least);
            surplus = least - usual;
            noted = 0;
            least = Long.MAX_VALUE;
        }
    }

    private void forget() {
        surplus = 0;
        noted = 0;
        least = Long.MAX_VALUE;
    }
}
