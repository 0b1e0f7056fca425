package dev.perch.feed;

import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;

/** Lays out one response around the frames of a feed. One instance a viewer; called under that viewer's own lock only. */
public interface Framing {
    /** What to do with a frame. */
    enum Verdict {
        /** It goes out. */
        SEND,
        /** It is left out, as asked for ({@code fps=}). */
        PASS,
        /** The response ends before it, as asked for ({@code duration=}). */
        END
    }

    /** Judges the next frame before it is laid out. */
    Verdict judge(Frame frame);

    /** The bytes in front of the first frame. */
    Bytes opening(StreamConfig config);

    /**
     * Lays out the frame that {@code viewer} holds.
     *
     * @param out empty; its scratch buffer begins with what the viewer's packager made of the frame
     */
    void frame(Viewer viewer, Outgoing out);

    /** Lays out a sign of life when no frame came for a second; {@code out} is empty and the viewer holds no frame. */
    void heartbeat(Viewer viewer, Outgoing out);
}
