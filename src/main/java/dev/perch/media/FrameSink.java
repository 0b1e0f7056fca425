package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Where an encoded frame goes: the one copy out of the driver's (or the encoder's) buffer into the feed's arena.
 *
 * <p>One thread at a time produces: {@link #claim}, fill the buffer, then {@link #publish}; a claim that is not published is taken back
 * by the next one. Nothing here waits.
 *
 * <p>An H.264 frame lies in the arena as its NAL units, each behind its length as a 32-bit big-endian number (ISO/IEC 14496-15 §5.3.4.2,
 * lengthSizeMinusOne 3), parameter sets in-band before each IDR picture. A JPEG frame is one complete JPEG image.
 */
public interface FrameSink {
    /** Replaces the stream's description, beginning with the next frame published. */
    void configure(StreamConfig config);

    /**
     * Space for one frame.
     *
     * @param sizeBytes the exact size of the frame, or the most it can have
     * @return a buffer in the arena, position 0, limit {@code sizeBytes}, the caller's until {@link #publish}; empty when the frame is larger than
     *     the arena allows, or all the space that it would take is being written to viewers: the frame is counted as dropped
     */
    Optional<ByteBuffer> claim(int sizeBytes);

    /**
     * Makes the claimed bytes up to the buffer's position the newest frame.
     *
     * @param time when it was captured
     * @param key whether a viewer can start here: an IDR picture, or any JPEG
     */
    void publish(FrameTime time, boolean key);

    /**
     * Tells why frames like the one at hand are not published, once for each of them; they are counted by {@link #dropped} beside. Forgotten with the next
     * that is published.
     *
     * @param why a sentence for people
     */
    default void refused(String why) {
        // known to who tells it
    }

    /** Counts a frame that came damaged or empty and was not published. */
    void dropped();
}
