package dev.perch.flv;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Receives tags, or RTMP messages, whose bodies come in pieces. One tag of each type may be open at the same time, because RTMP's chunks interleave
 * them. Called by one thread at a time.
 */
public interface TagSink {
    /**
     * Begins a tag and drops an open one of the same type.
     *
     * @param type one of {@link TagType}
     * @param timestamp in milliseconds, as an unsigned 32-bit number that wraps
     * @param sizeBytes the size of the body
     */
    void begin(int type, int timestamp, int sizeBytes) throws MalformedBitstreamException;

    /** Takes the next bytes of a tag's body, between position and limit; never more than announced. */
    void bytes(int type, ByteBuffer piece) throws MalformedBitstreamException;

    /** Ends a tag whose bytes have all come. */
    void end(int type) throws MalformedBitstreamException;
}
