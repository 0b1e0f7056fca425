package dev.perch.push;

import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a server. Its methods are called by the push's thread, which may wait in them, except {@link #cut}.
 */
interface Target extends AutoCloseable {
    /**
     * Connects, and waits until the server takes media.
     *
     * @throws PushException if it does not
     */
    void open() throws PushException;

    /**
     * Tells what the stream is: before the first tag, and when its pictures change.
     *
     * @param sound null if there is none
     */
    void describe(StreamConfig.H264 video, StreamConfig.@Nullable Aac sound, long millis) throws PushException;

    /**
     * Sends the body of one FLV tag.
     *
     * @param type one of {@link dev.perch.flv.TagType}
     * @param body between position and limit; only read
     */
    void tag(int type, long millis, ByteBuffer body) throws PushException;

    /** Returns the bytes that were handed to the connection. Any thread. */
    long sentBytes();

    /** Tells the server that no more comes, and closes. */
    void finish();

    /** Closes at once; whoever waits in another method is let go. Any thread. */
    void cut();

    @Override
    default void close() {
        cut();
    }
}
