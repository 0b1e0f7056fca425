package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/** A published stream in one format. Used by one thread at a time, except {@link #stats}. */
interface PublishedKind extends AutoCloseable {
    /**
     * Takes the bytes between position and limit and moves the position to the limit.
     *
     * @throws MalformedBitstreamException if they are damaged
     * @throws CaptureException if they are not accepted
     */
    void bytes(ByteBuffer piece) throws MalformedBitstreamException, CaptureException;

    /** Returns true while no more bytes may be given. */
    default boolean full() {
        return false;
    }

    /**
     * Called when the publisher has sent everything.
     *
     * @throws CaptureException if nothing usable was sent
     */
    void end() throws CaptureException;

    /** Returns the bytes of memory held outside of any arena. */
    int heldBytes();

    /** Returns the counts so far. Any thread. */
    SessionStats stats();

    /** Drops the incomplete frame. Nothing is published afterwards. */
    @Override
    void close();
}
