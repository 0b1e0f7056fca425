package dev.perch.ingest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** The socket of a connection, with TLS if the port has it. */
final class Wire {
    private final SelectionKey key;
    private final InetAddress address;
    private final SocketChannel socket;
    private final @Nullable TlsChannel secured;

    /**
     * Creates a wire.
     *
     * @param tls null for none
     * @param goOn called on any thread when {@link #read} must be called again, after {@link #computed}
     */
    Wire(SocketChannel socket, SelectionKey key, @Nullable Tls tls, Runnable goOn) throws IOException {
        this.socket = socket;
        this.key = key;
        this.address = ((InetSocketAddress) socket.getRemoteAddress()).getAddress();
        this.secured = tls == null ? null : new TlsChannel(socket, tls, goOn);
    }

    InetAddress address() {
        return address;
    }

    /** Returns the bytes of heap that a connection holds. */
    static int heldBytes(@Nullable Tls tls) {
        return tls == null ? 0 : TlsChannel.HELD_BYTES;
    }

    /** Returns the channel to write to, always the same. */
    GatheringByteChannel out() {
        return secured == null ? socket : secured;
    }

    /** Reads once. Returns -1 at the end. */
    int read(ByteBuffer buffer) throws IOException {
        return secured == null ? socket.read(buffer) : secured.read(buffer);
    }

    /** Continues after a handshake's computation. */
    void computed() {
        if (secured != null) {
            secured.computed();
        }
    }

    /** Returns whether written bytes wait for the socket. */
    boolean pending() {
        return secured != null && secured.pending();
    }

    /** Registers for input with the selector, and for room if something waits to be sent. The port's thread. */
    void await(boolean more) {
        int reading = secured != null && secured.busy() ? 0 : SelectionKey.OP_READ;
        key.interestOps(more || pending() ? reading | SelectionKey.OP_WRITE : reading);
    }

    /** Registers for room with the selector, too. Any thread. */
    void awaitRoom() {
        if (key.isValid()) {
            key.interestOpsOr(SelectionKey.OP_WRITE);
            key.selector().wakeup();
        }
    }

    void close() throws IOException {
        key.cancel();
        out().close();
    }
}
