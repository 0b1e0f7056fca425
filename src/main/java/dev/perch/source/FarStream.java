package dev.perch.source;

import dev.perch.media.CaptureException;
import java.nio.ByteBuffer;

/** Makes frames from the body of a server's answer, in one format. Used by the session's thread, except {@link #stats}. */
interface FarStream {
    /**
     * Takes all bytes between position and limit, which have just come, and publishes each frame that they complete.
     *
     * @throws CaptureException if they are not of the announced format
     */
    void bytes(ByteBuffer piece) throws CaptureException;

    /** Drops the incomplete frame. */
    void abandon();

    /** Returns the bytes of memory held outside of any arena, for the caller to lease. */
    int heldBytes();

    /** Returns the number of frames published. */
    long frames();

    /** Returns the counts so far. Any thread. */
    SessionStats stats();
}
