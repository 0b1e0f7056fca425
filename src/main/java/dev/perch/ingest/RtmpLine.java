package dev.perch.ingest;

import dev.perch.audience.Departure;
import dev.perch.audience.Line;
import dev.perch.audience.LineListener;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;

/** The connection of a player. */
final class RtmpLine implements Line {
    private static final System.Logger LOG = System.getLogger(RtmpLine.class.getName());

    private final Wire wire;
    private final Runnable ending;
    private boolean full; // whether the connection takes nothing for now; under the viewer's lock
    private volatile boolean ended; // read by any thread

    /**
     * Creates the line.
     *
     * @param ending makes the connection end soon, on the port's thread
     */
    RtmpLine(Wire wire, Runnable ending) {
        this.wire = wire;
        this.ending = ending;
    }

    @Override
    public void open(LineListener listener) {
        // the connection tells the player itself
    }

    @Override
    public boolean writable() {
        return !full;
    }

    @Override
    public boolean ready() {
        return !full;
    }

    /** Called when the connection takes bytes again. */
    void room() {
        full = false;
    }

    @Override
    public int write(Outgoing outgoing) throws IOException, FrameLostException {
        int sent = outgoing.writeTo(wire.out());
        took(outgoing.isEmpty());
        return sent;
    }

    /** Sends the protocol's own bytes. Returns the number sent. */
    int write(ByteBuffer pending) throws IOException {
        int sent = wire.out().write(pending);
        took(!pending.hasRemaining());
        return sent;
    }

    private void took(boolean all) {
        full = !all || wire.pending();
        if (full) {
            wire.awaitRoom();
        }
    }

    @Override
    public void flush() {
        // nothing is buffered
    }

    @Override
    public void end(Departure how) {
        ended = true;
        ending.run();
    }

    @Override
    public boolean ended(long nowNanos) {
        return ended;
    }

    @Override
    public void close() {
        ended = true;
        try {
            wire.close();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "a player's connection did not close in order", gone);
        }
    }
}
