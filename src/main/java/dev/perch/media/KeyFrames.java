package dev.perch.media;

import java.util.OptionalLong;

/**
 * The expectation of a track's next key frame, from those before it; a new instance with each key frame.
 *
 * @param seen true when there was a key frame since the last interruption
 * @param newestNanos the newest one's decode time on the monotonic clock
 * @param longestNanos the longest GOP seen, also before interruptions; 0 before the first whole one
 */
public record KeyFrames(boolean seen, long newestNanos, long longestNanos) {
    /** Nothing was seen yet. */
    public static final KeyFrames NONE = new KeyFrames(/* seen= */ false, 0, 0);

    /** The distance of key frames by x264's default, 250 frames, at 8 fps. */
    private static final long NEVER_NANOS = 30_000_000_000L;

    private static final int NEVER_FRAMES = 300;
    private static final int NEVER_GOPS = 2;

    /** Returns what is known after a key frame of that decode time. */
    public KeyFrames next(long nanos) {
        return new KeyFrames(true, nanos, seen ? Math.max(longestNanos, nanos - newestNanos) : longestNanos);
    }

    /** Returns what is known once the track was interrupted: the time until its next key frame is no GOP. */
    public KeyFrames interrupted() {
        return new KeyFrames(/* seen= */ false, 0, longestNanos);
    }

    /** Returns what is known once a GOP was seen to last so long, or longer. */
    public KeyFrames lasting(long gopNanos) {
        return new KeyFrames(seen, newestNanos, Math.max(longestNanos, gopNanos));
    }

    /** Returns how long the next key frame may take if its GOP is no longer than the longest seen; empty where no GOP tells it. */
    public OptionalLong dueNanos(long nowNanos) {
        long left = newestNanos + longestNanos - nowNanos;
        return seen && left > 0 ? OptionalLong.of(left) : OptionalLong.empty();
    }

    /** Returns how long after a key frame none is taken to come any more: twice the longest GOP, at least half a minute and 300 frames. */
    public long neverNanos(long frameNanos) {
        return Math.max(Math.max(NEVER_NANOS, NEVER_FRAMES * frameNanos), NEVER_GOPS * longestNanos);
    }
}
