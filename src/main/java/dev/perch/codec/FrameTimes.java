package dev.perch.codec;

import dev.perch.media.FrameTime;

/** The capture times of the last frames put into an encoder. One thread puts, one gets. */
final class FrameTimes {
    /** More frames than a ring holds, all of which may be on their way to a decoder at once. */
    private static final int KEPT = 512;

    /**
     * The most frames between input and output, more than any decoder holds back (ITU-T H.264 §A.3.1: max_dec_frame_buffering is at most 16).
     */
    private static final int HELD_BACK = 32;

    private final FrameTime[] times = new FrameTime[KEPT]; // guarded by this, like all below
    private long in;
    private long out;

    /** Adds an input frame. Returns its number, from 0. */
    synchronized long in(FrameTime time) {
        times[(int) (in % KEPT)] = time;
        return in++;
    }

    /** Returns the number of output frames. */
    synchronized long out() {
        return out;
    }

    /** Returns the time of input frame {@code index}, from 0. */
    synchronized FrameTime ofInput(long index) {
        long known = Math.max(Math.max(0, in - KEPT), Math.min(index, in - 1));
        out++;
        return times[(int) (known % KEPT)];
    }

    /** Returns the time of the next input frame or, if the encoder has swallowed many of them, of the newest. */
    synchronized FrameTime ofNext() {
        if (in - out > HELD_BACK) {
            out = in - 1;
        }
        return ofInput(out);
    }
}
