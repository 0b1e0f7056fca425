package dev.perch.source;

import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;

/** Makes frames of a command's output, in one format. Used by the reading thread, except for the stats. */
interface ByteStream extends AutoCloseable {
    /** Takes all bytes between position and limit, and publishes each frame that they complete. */
    void bytes(ByteBuffer piece, FrameTime read);

    /** Called when the stream has ended properly. The bytes held are then a whole frame, in a format that does not mark a frame's end. */
    void end();

    /** Returns the bytes of memory held outside of any arena, for the caller to lease. */
    int heldBytes();

    /** Returns how many frames or pictures were published. */
    long frames();

    /** Returns what the stream counted. Any thread. */
    SessionStats stats();

    /** Frees its memory; the memory of pictures that are still lent is freed when they are closed. */
    @Override
    void close();
}
