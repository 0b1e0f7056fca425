package dev.perch.source;

import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;

/** Makes frames of what a command prints, in one format. Used by the reading thread, but for the stats. */
interface ByteStream extends AutoCloseable {
    /** Takes all the bytes between position and limit; puts out each frame that they complete. */
    void bytes(ByteBuffer piece, FrameTime read);

    /** The stream has ended as it should: what is held is a whole frame, where the format does not tell. */
    void end();

    /** Memory held outside of any arena, to be leased. */
    int heldBytes();

    /** Safe from any thread. */
    SessionStats stats();

    /** Gives back what it holds; pictures still lent give theirs back when they are closed. */
    @Override
    void close();
}
