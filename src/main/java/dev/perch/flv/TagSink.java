package dev.perch.flv;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Takes tags, or RTMP's messages, whose bodies come in pieces. A tag of each type may be under way at the same time, for RTMP's chunks interleave them. Called by one thread
 * at a time.
 */
public interface TagSink {
    /**
     * Begins a tag; one of the same type that is under way is given up.
     *
     * @param type one of {@link TagType}
     * @param timestamp in milliseconds, as an unsigned number of 32 bits that wraps
     * @param sizeBytes of the body
     */
    void begin(int type, int timestamp, int sizeBytes) throws MalformedBitstreamException;

    /** Takes the next bytes of a tag's body, all between position and limit; never more than were announced. */
    void bytes(int type, ByteBuffer piece) throws MalformedBitstreamException;

    /** Ends a tag, all of whose bytes have come. */
    void end(int type) throws MalformedBitstreamException;
}
