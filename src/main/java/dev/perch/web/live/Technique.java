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

/** One kind of live answer: what it needs of a camera, and how its response begins and ends. One instance a viewer. */
interface Technique {
    /** Returns the encoding of the feed that it reads. */
    Encoding encoding();

    /** Returns the word by which figures count its viewers. */
    String word();

    /** Returns what is known of its viewer, if that watches by MJPEG. */
    default Optional<StreamClient> client() {
        return Optional.empty();
    }

    /** Returns the packager whose heads it uses; null for none. */
    @Nullable
    Packager packager();

    /** Returns the layout of frames. */
    Framing framing();

    /** Returns what lays sound out beside the pictures; null if there is no sound in such an answer, or none is wanted. */
    default @Nullable CarriesSound sound() {
        return null;
    }

    /** Returns whether it begins with the next key frame, without the backlog since the last one. */
    default boolean skipsBacklog() {
        return false;
    }

    /** Returns the size of response buffer that it wants: as large as most of its frames, so that a frame leaves in one write. */
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
     * Returns whether the response is complete at {@code nowNanos} on the monotonic clock, though no frame comes any more.
     *
     * @param first the response's first frame
     */
    default boolean endsAt(long nowNanos, Frame first) {
        return false;
    }

    /** Returns whether the newest frame of the ring would do instead of a fresh one, at {@code nowNanos}. */
    default boolean takesNewest(Frame newest, long nowNanos) {
        return false;
    }
}
