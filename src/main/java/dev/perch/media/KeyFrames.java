package dev.perch.media;

import java.util.OptionalLong;

/**
 * Predicts a track's next key frame from those before it. Immutable; each key frame makes a new instance.
 *
 * @param seen whether there was a key frame since the last interruption
 * @param newestNanos the newest key frame's decode time on the monotonic clock
 * @param longestNanos the longest GOP seen, also before interruptions; 0 before the first whole one
 */
public record KeyFrames(boolean seen, long newestNanos, long longestNanos) {
    /** The state before the first key frame. */
    public static final KeyFrames NONE = new KeyFrames(/* seen= */ false, 0, 0);

    /** The distance of key frames by x264's default, 250 frames, at 8 fps. */
    private static final long NEVER_NANOS = 30_000_000_000L;

    private static final int NEVER_FRAMES = 300;
    private static final int NEVER_GOPS = 2;

    /** Returns the state after a key frame with this decode time. */
    public KeyFrames next(long nanos) {
        return new KeyFrames(true, nanos, seen ? Math.max(longestNanos, nanos - newestNanos) : longestNanos);
    }

    /** Returns the state after an interruption: the time until the next key frame is no GOP. */
    public KeyFrames interrupted() {
        return new KeyFrames(/* seen= */ false, 0, longestNanos);
    }

    /** Returns the state after a GOP that lasted {@code gopNanos} or longer. */
    public KeyFrames lasting(long gopNanos) {
        return new KeyFrames(seen, newestNanos, Math.max(longestNanos, gopNanos));
    }

    /** Returns how long the next key frame may take if its GOP is no longer than the longest seen; empty before a whole GOP was seen. */
    public OptionalLong dueNanos(long nowNanos) {
        long left = newestNanos + longestNanos - nowNanos;
        return seen && left > 0 ? OptionalLong.of(left) : OptionalLong.empty();
    }

    /** Returns whether there was a key frame, and not so long ago that no other one is expected. */
    public boolean mayCome(long nowNanos) {
        return seen && nowNanos - newestNanos < neverNanos(/* frameNanos= */ 0);
    }

    /** Returns the time after a key frame from which no other one is expected: twice the longest GOP, at least 30 s and 300 frames. */
    public long neverNanos(long frameNanos) {
        return Math.max(Math.max(NEVER_NANOS, NEVER_FRAMES * frameNanos), NEVER_GOPS * longestNanos);
    }
}
