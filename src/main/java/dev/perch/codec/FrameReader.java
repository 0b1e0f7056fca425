package dev.perch.codec;

import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;

/** A position among a camera's encoded frames in the format that its source gives. For one thread. */
public interface FrameReader extends AutoCloseable {
    /**
     * Moves on: of H.264 to the next frame in order, of JPEG to the newest.
     *
     * @return false when there is none yet
     */
    boolean next();

    /**
     * Goes back to the newest key frame, which the next {@link #next} moves to.
     *
     * @return how many frames there are from it on; 0 when there is none, and nothing changes
     */
    default int rewind() {
        return 0;
    }

    /**
     * Makes the last key frame the current frame, if it has been kept although the frames after it are lost.
     *
     * @return false when none is kept
     */
    default boolean takeKept() {
        return false;
    }

    /** The worker was kept from reading: until it has read what came meanwhile, frames follow in order. */
    default void catchUp() {
        // they always do
    }

    /** Returns the size of the current frame. */
    int sizeBytes();

    /** Returns when the current frame was captured. */
    FrameTime time();

    /** Returns whether a decoder can start with the current frame. */
    boolean key();

    /** Returns the description of the stream that the current frame belongs to. */
    StreamConfig config();

    /**
     * Copies the current frame, in the form that {@link dev.perch.media.FrameSink} gives it, to the position of {@code destination}.
     *
     * @return false when its memory had to give way to newer frames
     */
    boolean copyTo(ByteBuffer destination);

    /** Frames that were left out so far; any thread. */
    long skipped();

    @Override
    void close();
}
