package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/** A published stream of one kind. Used by one thread at a time, except for the counts. */
interface PublishedKind extends AutoCloseable {
    /** Takes the bytes between position and limit, whose position moves to the limit. */
    void bytes(ByteBuffer piece) throws MalformedBitstreamException, CaptureException;

    /** Returns true while nothing more is to be given. */
    default boolean full() {
        return false;
    }

    /**
     * The publisher has sent everything.
     *
     * @throws CaptureException if what it sent was not taken
     */
    void end() throws CaptureException;

    /** Returns the bytes of memory held outside of any arena. */
    int heldBytes();

    /** Returns the counts. Any thread. */
    SessionStats stats();

    /** Gives up the frame that is under way, and nothing is published any more. */
    @Override
    void close();
}
