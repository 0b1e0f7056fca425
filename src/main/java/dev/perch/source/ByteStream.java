package dev.perch.source;

import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;

/** Makes frames from a command's output in one format. Used by the reading thread, except {@link #stats}. */
interface ByteStream extends AutoCloseable {
    /** Takes all bytes between position and limit, and publishes each frame that they complete. */
    void bytes(ByteBuffer piece, FrameTime read);

    /** Called when the stream has ended properly: the held bytes are then a whole frame in formats that do not mark a frame's end. */
    void end();

    /** Returns the bytes of memory held outside of any arena, for the caller to lease. */
    int heldBytes();

    /** Returns the number of frames or pictures published. */
    long frames();

    /** Returns the counts so far. Any thread. */
    SessionStats stats();

    /** Frees the memory. The memory of pictures that are still lent is freed when they are closed. */
    @Override
    void close();
}
