package dev.perch.feed;

import java.nio.ByteBuffer;

/**
 * Makes the container bytes in front of a frame's payload, once per frame for all viewers of one technique. A feed learns it by {@link Feed#attach}.
 */
public interface Packager {
    /** The most bytes that {@link #head} writes. */
    int headBytes();

    /**
     * Writes the bytes in front of one frame: each frame in turn on the producer's thread, those already in the ring on the attaching thread. Must
     * not wait, nor call the feed.
     *
     * @param head the frame's own slot, position 0; its bytes are copied to each viewer's scratch buffer
     */
    void head(Frame frame, ByteBuffer head);
}
