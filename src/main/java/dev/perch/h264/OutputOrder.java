package dev.perch.h264;

import dev.perch.media.FrameTime;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Tells of each picture how long after its decoding it is shown, without waiting for the pictures after it. A stream that says how many frames it
 * reorders (ITU-T H.264 (08/2021) §E.2.1, max_num_reorder_frames) is believed from its first picture on; of one that says nothing, nothing is delayed until a
 * picture comes that precedes in output order one that was decoded before it. Then everything is shown by the depth of reordering later than decoded, as
 * the bumping process of §C.4.5.3 would put it out. For one thread.
 *
 * <p>Numbers count half frames: fields, of which a frame has two.
 */
final class OutputOrder {
    /** A decoded picture buffer holds 16 frames (§A.3.1): no picture is further from its place, unless the count began anew or pictures were lost. */
    private static final int MOST = 2 * 16;

    /** So many pictures without any reordering, and there is none any more. */
    private static final int CALM_PICTURES = 128;

    private static final int BASELINE = 66;

    private final SliceHeader slice = new SliceHeader();
    private final SliceHeader lastSlice = new SliceHeader();
    private final PictureOrderCount count = new PictureOrderCount();
    private boolean begun;
    private boolean reordering;
    private boolean presumed; // by a gap that B pictures will fill
    private long first; // the count that the sequence began with
    private long newest; // the largest count since
    private long decoded; // half frames decoded since
    private boolean whole; // a frame counts one, not two
    private int depth; // by so much pictures are shown later
    private long needed; // the depth that was needed so far
    private int calm; // pictures since the last one that was out of order
    private int sequence; // pictures since the sequence began
    private long orderBase = 1;
    private int noted; // pictures of late
    private long least = Long.MAX_VALUE; // how much later than decoded each of them was shown, at least
    private long usual = Long.MAX_VALUE; // the same at any time: more than 0 where less is reordered than is declared
    private long surplus; // what it has become more, for pictures were lost

    /** {@code time} with the place in output order of the access unit that {@code nals} lists. */
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
            int last = slice.fieldPic() ? sliceFrom(annexB, nals, nals.count() - 1, -1) : first;
            if (last != first) {
                lastSlice.read(annexB, nals.offset(last), nals.length(last), sets);
            }
            boolean field = slice.fieldPic() && (last == first || lastSlice.bottomField() == slice.bottomField());
            return time(time, slice, sps, field ? 1 : 2, frameNanos);
        } catch (MalformedBitstreamException unreadable) {
            return time; // decoders conceal it
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

    /** @param halves 2 for a frame or both its fields, 1 for a field alone */
    private FrameTime time(FrameTime time, SliceHeader slice, SequenceParameterSet sps, int halves, long frameNanos) {
        if (sps.order().type() == PictureOrder.DECODING.type()) {
            return time;
        }
        long at = count.next(slice, sps);
        if (!begun || slice.idr() || outOfReach(at)) {
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

    /** memory_management_control_operation 5 begins the count anew (§8.2.1), and so do streams that are cut. */
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

    /** A picture behind all that came before it. */
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
        if (place(at) - decoded > MOST) { // pictures were lost, and time has passed for them
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
