package dev.perch.ingest;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.GatheringByteChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import org.jspecify.annotations.Nullable;

/**
 * A connection over TLS (RFC 8446) that never waits. The port's thread reads, any sender writes; encrypted bytes stay here until the socket takes
 * them, one record at most.
 */
final class TlsChannel implements GatheringByteChannel {
    private static final System.Logger LOG = System.getLogger(TlsChannel.class.getName());

    /** A record in, a record out, and the engine's own memory, of which 24 KB were seen. */
    static final int HELD_BYTES = 64 << 10;

    private final SocketChannel socket;
    private final Tls tls;
    private final SSLEngine engine;
    private final Runnable goOn;
    private final ByteBuffer in; // encrypted; used by the port's thread
    private final ByteBuffer out; // encrypted, between position and limit; guarded by this
    private boolean busy; // whether a handshake's computation is under way; used by the port's thread
    private volatile boolean established; // set by the port's thread
    private @Nullable Throwable failure; // of that computation; used by the port's thread, too

    /**
     * Creates a channel.
     *
     * @param goOn called on any thread when {@link #computed} and {@link #read} must be called
     */
    TlsChannel(SocketChannel socket, Tls tls, Runnable goOn) {
        this.socket = socket;
        this.tls = tls;
        this.engine = tls.engine();
        this.goOn = goOn;
        int recordBytes = engine.getSession().getPacketBufferSize();
        this.in = ByteBuffer.allocate(recordBytes);
        this.out = ByteBuffer.allocate(recordBytes).limit(0);
    }

    /** Returns true if nothing must be read before {@code goOn} is called. The port's thread. */
    boolean busy() {
        return busy;
    }

    /** Returns whether bytes wait for the socket. */
    synchronized boolean pending() {
        return out.hasRemaining();
    }

    /**
     * Reads once from the socket, and decrypts into {@code plain}, which must have room for two records.
     *
     * @return the number of bytes; -1 at the end
     */
    int read(ByteBuffer plain) throws IOException {
        int before = plain.position();
        boolean ended = false;
        decrypt(plain);
        if (!busy && plain.position() == before) {
            ended = socket.read(in) < 0;
            decrypt(plain);
        }
        int count = plain.position() - before;
        return count == 0 && !busy && (ended || engine.isInboundDone()) ? -1 : count;
    }

    private void decrypt(ByteBuffer plain) throws IOException {
        Throwable broken = failure;
        if (broken != null) {
            throw new IOException("a handshake failed", broken);
        }
        boolean more = true;
        while (more && !busy) {
            more = switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> compute();
                case NEED_WRAP -> answer();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> unwrap(plain);
            };
        }
    }

    private boolean unwrap(ByteBuffer plain) throws IOException {
        in.flip();
        SSLEngineResult result;
        try {
            result = engine.unwrap(in, plain);
        } finally {
            in.compact();
        }
        established |= result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.FINISHED;
        return result.getStatus() == SSLEngineResult.Status.OK
                && (result.bytesConsumed() > 0
                        || result.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NEED_UNWRAP);
    }

    /**
     * Starts a handshake's computation. A new handshake on an old connection (TLS 1.2) is refused, because it costs the client little and the server
     * much.
     */
    private boolean compute() throws IOException {
        if (established && engine.getSession().getProtocol().equals("TLSv1.2")) {
            throw new IOException("the client asks for another handshake");
        }
        busy = true;
        tls.handshakes().execute(() -> {
            try {
                Runnable task = engine.getDelegatedTask();
                while (task != null) {
                    task.run();
                    task = engine.getDelegatedTask();
                }
            } catch (RuntimeException | Error fault) {
                failure = fault; // the port's thread sees it, because goOn reaches it by a queue
            } finally {
                goOn.run();
            }
        });
        return false;
    }

    /** Must be called on the port's thread before it reads on. */
    void computed() {
        busy = false;
    }

    /** Sends the handshake's bytes. Returns false if the socket takes no more. */
    private synchronized boolean answer() throws IOException {
        if (!sent()) {
            return false;
        }
        SSLEngineResult result = wrap(new ByteBuffer[] {ByteBuffer.allocate(0)}, 0, 1);
        established |= result.getHandshakeStatus() == SSLEngineResult.HandshakeStatus.FINISHED;
        return sent() && result.getStatus() == SSLEngineResult.Status.OK;
    }

    private SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length) throws IOException {
        out.clear();
        try {
            return engine.wrap(sources, offset, length, out);
        } finally {
            out.flip();
        }
    }

    /** Returns true if no encrypted bytes wait. */
    private boolean sent() throws IOException {
        if (out.hasRemaining()) {
            socket.write(out);
        }
        return !out.hasRemaining();
    }

    /** Encrypts and sends. The returned number of bytes was taken, of which a part may wait here: see {@link #pending}. */
    @Override
    public synchronized long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        if (!sent() || !established) {
            return 0;
        }
        long taken = 0;
        while (remaining(sources, offset, length)) {
            SSLEngineResult result = wrap(sources, offset, length);
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                throw new ClosedChannelException();
            }
            taken += result.bytesConsumed();
            if (!sent() || result.bytesConsumed() == 0) {
                break;
            }
        }
        return taken;
    }

    private static boolean remaining(ByteBuffer[] sources, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (sources[i].hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long write(ByteBuffer[] sources) throws IOException {
        return write(sources, 0, sources.length);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return (int) write(new ByteBuffer[] {source}, 0, 1);
    }

    @Override
    public boolean isOpen() {
        return socket.isOpen();
    }

    /** Tells the client of the end, or of the fault (RFC 8446 §6), if the socket takes that at once. */
    @Override
    public synchronized void close() throws IOException {
        try {
            if (socket.isOpen() && sent()) {
                engine.closeOutbound();
                wrap(new ByteBuffer[] {ByteBuffer.allocate(0)}, 0, 1);
                socket.write(out);
            }
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "a client is not told of the end", gone);
        } finally {
            socket.close();
        }
    }
}
