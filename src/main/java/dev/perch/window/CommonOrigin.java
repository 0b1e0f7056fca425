package dev.perch.window;

import dev.perch.media.FrameTime;
import org.jspecify.annotations.Nullable;

/**
 * The common time line of all renditions of a camera, so that a player may switch between them: the capture from which their times count, and the
 * number of their discontinuities (RFC 8216bis §6.2.4: variants have matching time stamps and discontinuity sequence numbers). The first presentation
 * that begins sets the capture, which stays until none is left. Safe from any thread.
 */
final class CommonOrigin {
    private @Nullable FrameTime origin; // guarded by this, like the next
    private int presentations;
    private long discontinuities;

    /**
     * Returns the origin for a presentation that begins, which must call {@link #leave} at its end.
     *
     * @param first the presentation's first frame
     */
    synchronized FrameTime join(FrameTime first) {
        presentations++;
        FrameTime present = origin == null ? first : origin;
        origin = present;
        return present;
    }

    /** Returns whether {@code frame} is older than the origin, so that no presentation can begin with it. */
    synchronized boolean follows(FrameTime frame) {
        return origin != null && frame.decodeNanos() < origin.decodeNanos();
    }

    /** Returns the number of discontinuities for every rendition when one of them has had {@code own}. */
    synchronized long discontinuities(long own) {
        discontinuities = Math.max(discontinuities, own);
        return discontinuities;
    }

    /** Ends a presentation's share. */
    synchronized void leave() {
        presentations--;
        if (presentations == 0) {
            origin = null;
        }
    }
}
