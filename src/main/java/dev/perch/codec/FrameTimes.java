package dev.perch.codec;

import dev.perch.media.FrameTime;

/** The times of capture of the last frames that went into an encoder. One thread puts, one gets. */
final class FrameTimes {
    /** More than a ring holds, all of which may be on its way to a decoder at once. */
    private static final int KEPT = 512;

    /** The most frames between in and out, more than any decoder holds back (ITU-T H.264 §A.3.1: max_dec_frame_buffering is at most 16). */
    private static final int HELD_BACK = 32;

    private final FrameTime[] times = new FrameTime[KEPT]; // guarded by this, as all below
    private long in;
    private long out;

    /** Notes a frame that goes in: its number, from 0. */
    synchronized long in(FrameTime time) {
        times[(int) (in % KEPT)] = time;
        return in++;
    }

    /** Returns how many came out. */
    synchronized long out() {
        return out;
    }

    /** Returns the time of the frame that went in as number {@code index}, from 0. */
    synchronized FrameTime ofInput(long index) {
        long known = Math.max(Math.max(0, in - KEPT), Math.min(index, in - 1));
        out++;
        return times[(int) (known % KEPT)];
    }

    /** Returns the time of the next frame that went in or, if the encoder has swallowed many of them, of the newest. */
    synchronized FrameTime ofNext() {
        if (in - out > HELD_BACK) {
            out = in - 1;
        }
        return ofInput(out);
    }
}
