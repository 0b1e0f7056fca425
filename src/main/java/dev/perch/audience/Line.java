package dev.perch.audience;

import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import java.io.IOException;

/** One connection, as its viewer sees it. Its methods are called under the viewer's lock, except {@link #close}. */
public interface Line {
    /** Begins to tell {@code listener} what happens on the connection. */
    void open(LineListener listener);

    /** Returns whether the connection took bytes when it was last tried. */
    boolean writable();

    /**
     * Tries whether the connection takes bytes again, without waiting to be told: whoever would tell may have much else to do.
     *
     * @return whether a write may be tried
     */
    default boolean retry() {
        return writable();
    }

    /** Returns whether a write goes to the kernel with no lock of the container's and no wait, so that a frame's producer may do it. */
    default boolean direct() {
        return false;
    }

    /** Returns whether {@link #write} would send something now. If not, {@link LineListener#onWritable} follows. */
    boolean ready() throws IOException;

    /**
     * Sends what the connection takes now.
     *
     * @return the bytes of {@code outgoing} that left
     */
    int write(Outgoing outgoing) throws IOException, FrameLostException;

    /** Ends a turn of writes: sends what they left in a buffer. */
    void flush() throws IOException;

    /** Ends the connection soon, on another thread; the viewer writes no more. */
    void end(Departure how);

    /** Returns whether the connection has ended and needs no more checks. */
    boolean ended(long nowNanos);

    /** Ends the connection on the calling thread, which may have to wait for the other side. */
    void close();
}
