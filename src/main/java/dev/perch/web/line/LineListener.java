package dev.perch.web.line;

import java.nio.ByteBuffer;

/** Whoever a line tells what happens on the connection; called under the viewer's lock. */
public interface LineListener {
    /** The connection takes bytes again, or for the first time. */
    void onWritable();

    /** The connection is over. */
    void onGone();

    /** The client said this, all of which is taken; by most viewers without listening. */
    default void onReceived(ByteBuffer bytes) {
        bytes.position(bytes.limit());
    }

    /** The client says nothing any more. @return whether it may still want to hear, as a half-closed connection of HTTP does */
    default boolean onInputEnd() {
        return true;
    }

    /** The client sends more than {@link InboundBound} allows; the connection ends when this returns. */
    default void onFlood() {
        onGone();
    }
}
