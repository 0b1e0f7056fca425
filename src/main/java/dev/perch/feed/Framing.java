package dev.perch.feed;

import dev.perch.media.Bytes;

/** Lays out one response around the frames of a feed. One instance per viewer, called under that viewer's lock only. */
public interface Framing {
    /** Returns whether {@code frame} is sent; a viewer may ask for fewer frames ({@code fps=}). */
    boolean wants(Frame frame);

    /** Returns the bytes in front of the first frame, which {@code cursor} holds. */
    Bytes opening(Cursor cursor);

    /**
     * Lays out the frame that {@code cursor} holds.
     *
     * @param out empty; its scratch buffer begins with the packager's head of the frame
     * @throws FrameLostException when the frame's memory was needed for new frames
     */
    void frame(Cursor cursor, Outgoing out) throws FrameLostException;

    /**
     * Lays out a heartbeat when no frame came for a second.
     *
     * @param cursor holds no frame
     * @param out empty
     */
    void heartbeat(Cursor cursor, Outgoing out);
}
