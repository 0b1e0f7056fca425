package dev.perch.push;

import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server. Its methods are called by the push's thread, which may wait in them, except {@link #cut}.
 */
interface Target extends AutoCloseable {
    /**
     * Connects, and waits until the server accepts media.
     *
     * @throws PushException if it does not
     */
    void open() throws PushException;

    /**
     * Describes the stream, before the first tag and when its pictures change.
     *
     * @param sound null if there is none
     * @throws PushException if the server is gone
     */
    void describe(StreamConfig.H264 video, StreamConfig.@Nullable Aac sound, long millis) throws PushException;

    /**
     * Sends the body of one FLV tag.
     *
     * @param type one of {@link dev.perch.flv.TagType}
     * @param body between position and limit; only read
     * @throws PushException if the server is gone
     */
    void tag(int type, long millis, ByteBuffer body) throws PushException;

    /** Returns the bytes passed to the connection. Any thread. */
    long sentBytes();

    /** Tells the server that the stream ends, and closes. */
    void finish();

    /** Closes at once, which ends the waits in other methods. Any thread. */
    void cut();

    @Override
    default void close() {
        cut();
    }
}
