package dev.perch.source;

import dev.perch.media.CaptureException;
import java.nio.ByteBuffer;

/** Makes frames of the body of a server's answer, in one format. Used by the session's thread, except for the stats. */
interface FarStream {
    /**
     * Takes all bytes between position and limit, which have just come, and publishes each frame that they complete.
     *
     * @throws CaptureException if they are not of the format that the answer tells
     */
    void bytes(ByteBuffer piece) throws CaptureException;

    /** Gives up the frame that is under way. */
    void abandon();

    /** Returns the bytes of memory held outside of any arena, for the caller to lease. */
    int heldBytes();

    /** Returns how many frames were published. */
    long frames();

    /** Returns what the stream counted. Any thread. */
    SessionStats stats();
}
