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

    /** How many frames may wait in front of a decoder, in its pipe: fewer than it may hold back, so that none is taken for swallowed. */
    private static final int UNDER_WAY = 24;

    private final FrameTime[] times = new FrameTime[KEPT]; // guarded by this, like all below
    private final int every;
    private long in;
    private long out;
    private long due; // the input of the next output frame
    private boolean silent; // whether nothing came out in time; until something does
    private boolean ended;

    FrameTimes() {
        this(0, 1);
    }

    /**
     * Creates the times of an encoder that makes an output frame of each {@code every}th input frame, the first of number {@code first}.
     */
    FrameTimes(int first, int every) {
        this.due = first;
        this.every = every;
    }

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

    /** Returns the time of the next output frame or, if the encoder has swallowed many of its inputs, of the newest. */
    synchronized FrameTime ofNext() {
        if (in - due > HELD_BACK + every) {
            due = in - 1;
        }
        FrameTime next = ofInput(due);
        due += every;
        silent = false;
        notifyAll();
        return next;
    }

    /**
     * Waits until few frames are under way, for frames of a ring go in faster than they are decoded. Waits no more once nothing has come out for
     * {@code millis}.
     */
    synchronized void awaitRoom(long millis) {
        long endNanos = System.nanoTime() + millis * 1_000_000;
        while (in - due >= UNDER_WAY + every && !silent && !ended) {
            long leftMillis = (endNanos - System.nanoTime()) / 1_000_000;
            silent = leftMillis <= 0;
            if (!silent) {
                try {
                    wait(leftMillis);
                } catch (InterruptedException asked) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    /** Ends all waits. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }
}
