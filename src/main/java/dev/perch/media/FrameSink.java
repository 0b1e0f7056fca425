package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Takes a track's encoded frames: the one copy out of the driver's (or the encoder's) buffer into the feed's arena.
 *
 * <p>One thread at a time produces: it claims space, fills the buffer, then publishes. A claim that was never published is taken back by the next
 * one. No method waits.
 *
 * <p>An H.264 frame lies in the arena as its NAL units, each behind its length as a 32-bit big-endian number (ISO/IEC 14496-15 §5.3.4.2,
 * lengthSizeMinusOne 3), parameter sets in-band before each IDR picture. A JPEG frame is one complete JPEG image. An AAC frame is one raw_data_block
 * (ISO/IEC 14496-3 §4.4.2.1) without ADTS header, and always a key frame.
 */
public interface FrameSink {
    /** Describes the track from the next published frame on; called before the first. */
    void configure(StreamConfig config);

    /**
     * Reserves space for one frame. If there is none, the frame counts as dropped.
     *
     * @param sizeBytes the frame's size, or an upper bound
     * @return a buffer in the arena, position 0, limit {@code sizeBytes}, the caller's until {@link #publish}; empty if the frame is larger than the
     *     arena allows, or all the space that it would take is being written to viewers
     */
    Optional<ByteBuffer> claim(int sizeBytes);

    /**
     * Publishes the claimed bytes, up to the buffer's position, as the newest frame.
     *
     * @param time the frame's times; frames come in decoding order
     * @param key whether a reader can begin with this frame: an IDR picture, any JPEG image, any AAC frame
     */
    void publish(FrameTime time, boolean key);

    /**
     * Records why the current frame is not published; {@link #dropped} counts it. The next published frame clears the reason.
     *
     * @param why a sentence for people
     */
    default void refused(String why) {
        // the default shows the reason to nobody
    }

    /** Gives back a claim that turned out to hold no frame. Nothing is counted. Does nothing without a claim. */
    default void withdraw() {
        // the next claim takes it back anyway
    }

    /** Counts a frame that was damaged or empty and is not published. */
    void dropped();
}
