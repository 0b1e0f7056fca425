package dev.perch.feed;

import dev.perch.media.Bytes;

/** Lays out one response around the frames of a feed. One instance a viewer; called under that viewer's own lock only. */
public interface Framing {
    /** Returns whether {@code frame} goes out; a viewer may ask for fewer ({@code fps=}). */
    boolean wants(Frame frame);

    /** Returns the bytes in front of the first frame, which {@code cursor} holds. */
    Bytes opening(Cursor cursor);

    /**
     * Lays out the frame that {@code cursor} holds.
     *
     * @param out empty; its scratch buffer begins with what the cursor's packager made of the frame
     * @throws FrameLostException when the frame had to give way to new ones
     */
    void frame(Cursor cursor, Outgoing out) throws FrameLostException;

    /** Lays out a sign of life when no frame came for a second; {@code out} is empty and the cursor holds no frame. */
    void heartbeat(Cursor cursor, Outgoing out);
}
