package dev.perch.feed;

import java.nio.ByteBuffer;

/**
 * Makes the container bytes in front of a frame's payload, once a frame for all viewers of one technique; a feed learns it by {@link
 * Feed#attach}.
 */
public interface Packager {
    /** The most bytes that {@link #head} writes. */
    int headBytes();

    /**
     * Writes the bytes in front of one frame: each frame in turn on the producer's thread, those that were in the ring before on the attaching
     * one. Must not wait, nor call the feed.
     *
     * @param head its own slot, position 0; what it puts there is copied to each viewer's scratch buffer
     */
    void head(Frame frame, ByteBuffer head);
}
