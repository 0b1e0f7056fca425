package dev.perch.window;

import dev.perch.media.FrameTime;
import org.jspecify.annotations.Nullable;

/**
 * What all renditions of a camera have in common, so that a player may change from one to the other: the capture from which their times count, and the number of their discontinuities
 * (RFC 8216bis §6.2.4: variants have matching time stamps and discontinuity sequence numbers). The capture is the first of whichever begins first, and stays until none is left. Safe from
 * any thread.
 */
final class CommonOrigin {
    private @Nullable FrameTime origin; // guarded by this, as the next
    private int presentations;
    private long discontinuities;

    /**
     * Returns the origin for a presentation that begins; {@link #leave} is to follow.
     *
     * @param first its first frame
     */
    synchronized FrameTime join(FrameTime first) {
        presentations++;
        FrameTime present = origin == null ? first : origin;
        origin = present;
        return present;
    }

    /** Returns whether {@code frame} is older, so that no presentation can begin with it. */
    synchronized boolean follows(FrameTime frame) {
        return origin != null && frame.decodeNanos() < origin.decodeNanos();
    }

    /** Returns how many discontinuities each rendition is to have, where one of them has had {@code own}. */
    synchronized long discontinuities(long own) {
        discontinuities = Math.max(discontinuities, own);
        return discontinuities;
    }

    /** A presentation has ended. */
    synchronized void leave() {
        presentations--;
        if (presentations == 0) {
            origin = null;
        }
    }
}
