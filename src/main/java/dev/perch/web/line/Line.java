package dev.perch.web.line;

import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import dev.perch.web.live.LiveViewer;
import java.io.IOException;

/**
 * The connection of one live answer, as the viewer sees it: Tomcat's socket itself, or the servlet API's non-blocking output. Its
 * methods are called under its viewer's lock, but for {@link #close}.
 */
interface Line {
    /** Begins to tell {@code viewer} what happens on the connection. */
    void open(LineListener viewer);

    /** Whether the connection was last seen to take bytes. */
    boolean writable();

    /**
     * Tries whether the connection takes bytes again, without waiting for the container to say so: its threads may have much else to do.
     *
     * @return whether a write may be tried
     */
    default boolean retry() {
        return writable();
    }

    /** Whether {@link #write} would send something now; where not, {@link LineListener#onWritable} follows. */
    boolean ready() throws IOException;

    /** Sets what precedes the first frame: both are sent with it. */
    void begin(Head head, Bytes opening);

    /**
     * Sends what can be sent now.
     *
     * @return how many bytes left, the head's not counted
     */
    int write(Outgoing outgoing) throws IOException, FrameLostException;

    /** Ends a turn of writes: what they left in a buffer is sent. */
    void flush() throws IOException;

    /** The viewer's part is over; the connection ends soon, on another thread. */
    void end(LiveViewer.Departure how);

    /** Whether it needs to be looked at no more since its end. */
    boolean ended(long nowNanos);

    /** Ends the connection on the calling thread, which may have to wait for the container. */
    void close();
}
