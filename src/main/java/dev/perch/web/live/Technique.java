package dev.perch.web.live;

import dev.perch.audience.StreamClient;
import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Packager;
import dev.perch.media.Encoding;
import dev.perch.progressive.CarriesSound;
import dev.perch.web.line.Head;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One kind of live answer: its needs, and how its response begins and ends. One instance per viewer. */
interface Technique {
    /** Returns the encoding of the feed to read. */
    Encoding encoding();

    /** Returns the word for its viewers in statistics. */
    String word();

    /** Returns the facts about a viewer by MJPEG; empty for others. */
    default Optional<StreamClient> client() {
        return Optional.empty();
    }

    /** Returns the packager whose heads are used; null for none. */
    @Nullable
    Packager packager();

    /** Returns the layout of frames. */
    Framing framing();

    /** Returns the framing of sound beside the pictures; null if there is no sound in such an answer, or none is wanted. */
    default @Nullable CarriesSound sound() {
        return null;
    }

    /** Returns whether to begin with the next key frame, without the backlog since the last one. */
    default boolean skipsBacklog() {
        return false;
    }

    /** Returns the wanted size of the response buffer: as large as most frames, so that a frame goes out in one write. */
    int bufferBytes();

    /** Sets the fields that depend on the first frame. */
    void head(Head head, Frame first);

    /**
     * Returns whether the response is complete before {@code next}.
     *
     * @param first the response's first frame; null before there is one
     */
    boolean endsBefore(Frame next, @Nullable Frame first);

    /**
     * Returns whether the response is complete at {@code nowNanos} on the monotonic clock, even if no frame comes any more.
     *
     * @param first the response's first frame
     */
    default boolean endsAt(long nowNanos, Frame first) {
        return false;
    }

    /** Returns whether the ring's newest frame serves instead of a fresh one at {@code nowNanos}. */
    default boolean takesNewest(Frame newest, long nowNanos) {
        return false;
    }
}
