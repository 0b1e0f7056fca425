package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Takes a track's encoded frames: the one copy out of the driver's (or the encoder's) buffer into the feed's arena.
 *
 * <p>One thread at a time produces: it claims space, fills the buffer, then publishes. The next claim takes back one that was not published. No method waits.
 *
 * <p>An H.264 frame lies in the arena as its NAL units, each behind its length as a 32-bit big-endian number (ISO/IEC 14496-15 §5.3.4.2,
 * lengthSizeMinusOne 3), parameter sets in-band before each IDR picture. A JPEG frame is one complete JPEG image. An AAC frame is one raw_data_block (ISO/IEC 14496-3 §4.4.2.1)
 * without ADTS header, and always a key frame.
 */
public interface FrameSink {
    /** Describes the track from the next published frame on; called before the first. */
    void configure(StreamConfig config);

    /**
     * Reserves space for one frame. A frame for which there is none is counted as dropped.
     *
     * @param sizeBytes the frame's size, or the most it can have
     * @return a buffer in the arena, position 0, limit {@code sizeBytes}, the caller's until {@link #publish}; empty if the frame is larger than
     *     the arena allows, or all the space that it would take is being written to viewers
     */
    Optional<ByteBuffer> claim(int sizeBytes);

    /**
     * Makes the claimed bytes up to the buffer's position the newest frame.
     *
     * @param key whether a reader can begin with it: an IDR picture, any JPEG image, any AAC frame
     */
    void publish(FrameTime time, boolean key);

    /**
     * Tells why the current frame is not published; {@link #dropped} counts it besides. The next published frame makes the reason forgotten.
     *
     * @param why a sentence for people
     */
    default void refused(String why) {
        // for those who show it
    }

    /** Gives back the claim, in which there was no frame after all; nothing is counted. Without a claim nothing happens. */
    default void withdraw() {
        // the next claim takes it back as well
    }

    /** Counts a frame that was damaged or empty and is not published. */
    void dropped();
}
