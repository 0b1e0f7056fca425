package dev.perch.web.live;

import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Packager;
import dev.perch.media.Encoding;
import dev.perch.web.line.Head;
import org.jspecify.annotations.Nullable;

/** One kind of live answer: what it needs of a camera, and how its response begins and ends. One instance a viewer. */
interface Technique {
    /** The feed that it reads. */
    Encoding encoding();

    /** The packager whose heads it uses. */
    @Nullable
    Packager packager();

    /** How frames are laid out. */
    Framing framing();

    /** Whether it begins with the next key frame, and not with what there is since the last one. */
    default boolean skipsBacklog() {
        return false;
    }

    /** How large a response buffer it wants where there is one: as large as most of its frames, so that a frame leaves in one write. */
    int bufferBytes();

    /** Sets the fields that depend on the first frame. */
    void head(Head head, Frame first);

    /**
     * Whether the response is complete before {@code next}.
     *
     * @param first the response's first frame; null before there is one
     */
    boolean endsBefore(Frame next, @Nullable Frame first);

    /**
     * Whether the response is complete at {@code nowNanos} on the monotonic clock, though no frame comes any more.
     *
     * @param first the response's first frame
     */
    default boolean endsAt(long nowNanos, Frame first) {
        return false;
    }

    /** Whether the newest frame of the ring would do instead of a fresh one, at {@code nowNanos}. */
    default boolean takesNewest(Frame newest, long nowNanos) {
        return false;
    }
}
