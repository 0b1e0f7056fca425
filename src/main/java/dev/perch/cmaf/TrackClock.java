package dev.perch.cmaf;

import dev.perch.media.FrameTime;

/**
 * Gives a track's frames decode times that have no gaps and follow the capture times, in ticks of the track's timescale. Used by one thread.
 */
interface TrackClock {
    /** Returns whether a frame of {@code time} would be so far from its true time that only a discontinuity helps. */
    boolean hole(FrameTime time);

    /** Continues at the true time of the next frame, but never before the end of the last. */
    void restart();

    /** Moves on to the frame of {@code time}. */
    void next(FrameTime time);

    /** Returns the decode time of the current frame. */
    long decodeTicks();

    /** Returns the duration of the current frame. */
    int durationTicks();

    /** Returns the interval between frames. */
    double intervalTicks();
}
