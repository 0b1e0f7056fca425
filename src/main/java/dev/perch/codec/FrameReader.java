package dev.perch.codec;

import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;

/** A position among a camera's encoded frames in the source's format. Used by one thread, except {@link #skipped}. */
public interface FrameReader extends AutoCloseable {
    /**
     * Moves on: for H.264 to the next frame, for JPEG to the newest.
     *
     * @return false if there is none yet
     */
    boolean next();

    /**
     * Moves back to the newest key frame, which the next {@link #next} makes current.
     *
     * @return the number of frames from there on; 0 if there is no key frame, and nothing changes
     */
    default int rewind() {
        return 0;
    }

    /**
     * Makes the last key frame current, if it was kept although later frames are lost.
     *
     * @return false if none is kept
     */
    default boolean takeKept() {
        return false;
    }

    /** Returns the number of frames newer than the current one. */
    default long framesAhead() {
        return 0;
    }

    /** Makes frames follow in order until the worker, which was kept from reading, has caught up. */
    default void catchUp() {
        // by default they always do
    }

    /** Returns the size of the current frame. */
    int sizeBytes();

    /** Returns the capture time of the current frame. */
    FrameTime time();

    /** Returns whether a decoder can start with the current frame. */
    boolean key();

    /** Returns the configuration of the current frame's stream. */
    StreamConfig config();

    /**
     * Copies the current frame, in the form that {@link dev.perch.media.FrameSink} gives it, to the position of {@code destination}.
     *
     * @return false if its memory was needed for newer frames
     */
    boolean copyTo(ByteBuffer destination);

    /** Returns the number of frames left out so far. Any thread. */
    long skipped();

    @Override
    void close();
}
