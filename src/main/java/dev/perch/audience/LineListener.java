package dev.perch.audience;

import java.nio.ByteBuffer;

/** Receives the events of a line, under the viewer's lock. */
public interface LineListener {
    /** Called when the connection takes bytes again, or for the first time. */
    void onWritable();

    /** Called when the connection is over. */
    void onGone();

    /** Called with bytes from the client; the viewer must consume all of them. By default they are discarded. */
    default void onReceived(ByteBuffer bytes) {
        bytes.position(bytes.limit());
    }

    /**
     * Called when the client will send nothing more.
     *
     * @return whether it may still want to receive, as a half-closed HTTP connection does
     */
    default boolean onInputEnd() {
        return true;
    }

    /** Called when the client sends more than the line takes; the connection ends when this returns. */
    default void onFlood() {
        onGone();
    }
}
