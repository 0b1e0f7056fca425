package dev.perch.audience;

import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import java.io.IOException;

/** One connection, as its viewer sees it. Methods are called under the viewer's lock, except {@link #close}. */
public interface Line {
    /** Begins to report the connection's events to {@code listener}. */
    void open(LineListener listener);

    /** Returns whether the connection took bytes at the last attempt. */
    boolean writable();

    /**
     * Checks whether the connection takes bytes again, without waiting for an event: whoever reports it may be busy.
     *
     * @return whether a write may be tried
     */
    default boolean retry() {
        return writable();
    }

    /**
     * Returns whether a write goes to the kernel without a wait and without the container's locks, so that a frame's producer may do it.
     */
    default boolean direct() {
        return false;
    }

    /**
     * Returns whether {@link #write} would send something now. If not, {@link LineListener#onWritable} follows.
     *
     * @throws IOException when the connection is over
     */
    boolean ready() throws IOException;

    /**
     * Sends what the connection takes now.
     *
     * @return the bytes of {@code outgoing} that were sent
     * @throws IOException when the connection is over
     * @throws FrameLostException when the frame's memory was needed for new frames
     */
    int write(Outgoing outgoing) throws IOException, FrameLostException;

    /** Ends a round of writes and sends what they left in a buffer. */
    void flush() throws IOException;

    /** Ends the connection soon, on another thread. The viewer must not write any more. */
    void end(Departure how);

    /** Returns whether the connection has ended and needs no more checks. */
    boolean ended(long nowNanos);

    /** Ends the connection on the calling thread, which may have to wait for the peer. */
    void close();
}
