package dev.perch.cmaf;

import dev.perch.media.FrameTime;

/** Gives a track's frames decode times without gaps that follow the times of capture, in ticks of the track's timescale. Used by one thread. */
interface TrackClock {
    /** Returns whether a frame of {@code time} would stand so far from its true time that only a discontinuity helps. */
    boolean hole(FrameTime time);

    /** Goes on at the true time of the next frame, never before the end of the last. */
    void restart();

    /** Moves on to the frame of {@code time}. */
    void next(FrameTime time);

    /** Returns the decode time of the current frame. */
    long decodeTicks();

    /** Returns the duration of the current frame. */
    int durationTicks();

    /** The interval between frames. */
    double intervalTicks();
}
