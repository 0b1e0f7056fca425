package dev.perch.web.line;

import dev.perch.audience.InboundBound;
import dev.perch.audience.LineListener;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import jakarta.servlet.http.WebConnection;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Map;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SSLSupport;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * A live answer on Tomcat's own socket, taken by {@link Handover}: the shared frame goes from the arena to the kernel in one gathering write, without
 * a buffer in between. Public because Tomcat creates it.
 */
public final class SocketLine extends HandedOverLine implements AnswerLine, InternalHttpUpgradeHandler {
    /** The most reads in a row of a client's bytes. */
    private static final int MOST_READS = 16;

    /** The size of a read, not less than Tomcat's own buffer: bytes left in that one would not be reported again. */
    private static final int READ_BYTES = 8192;

    private volatile @Nullable SocketWrapperBase<?> wrapper; // set by Tomcat, read by whoever closes

    /** The connection's own channel: Tomcat reuses its wrappers and channels for other connections once this one is closed. */
    private @Nullable SocketChannel channel;

    private final InboundBound inbound = new InboundBound(InboundBound.MOST_BYTES);
    private @Nullable ByteBuffer opening;
    private Map<String, String> carried = Map.of();
    private boolean boundsSendBuffer;
    private boolean writable;
    private boolean awaitsRoom; // whether Tomcat was asked to report room

    /** Called by Tomcat. */
    public SocketLine() {}

    /** Adds the fields that every answer has. */
    void carry(Map<String, String> fields) {
        carried = fields;
    }

    /** Sets whether Perch, not the connector, limits the kernel's send buffer. */
    void boundSendBuffer(boolean ours) {
        boundsSendBuffer = ours;
    }

    // ---- the viewer's side

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public boolean direct() {
        return true;
    }

    @Override
    public boolean retry() {
        writable = channel != null;
        return writable;
    }

    @Override
    public boolean ready() {
        return writable;
    }

    @Override
    public void begin(Head head, Bytes start) {
        carried.forEach(head::set);
        byte[] first =
                head.set("Date", FastHttpDateFormat.getCurrentDate()).toBytes().toArray();
        opening = ByteBuffer.allocate(first.length + start.size())
                .put(first)
                .put(start.toArray())
                .flip();
    }

    @Override
    public int write(Outgoing outgoing) throws IOException, FrameLostException {
        SocketChannel open = channel;
        if (open == null || !sendOpening(open)) {
            return 0;
        }
        int sent = outgoing.writeTo(open);
        if (!outgoing.isEmpty()) {
            awaitRoom();
        }
        return sent;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        SocketChannel open = channel;
        if (open == null || !sendOpening(open)) {
            return 0;
        }
        int sent = open.write(bytes);
        if (bytes.hasRemaining()) {
            awaitRoom();
        }
        return sent;
    }

    private boolean sendOpening(SocketChannel open) throws IOException {
        if (opening != null) {
            open.write(opening);
            if (opening.hasRemaining()) {
                awaitRoom();
                return false;
            }
            opening = null;
        }
        return true;
    }

    private void awaitRoom() {
        writable = false;
        if (wrapper != null && !awaitsRoom) {
            awaitsRoom = true;
            wrapper.registerWriteInterest();
        }
    }

    @Override
    public String protocol() {
        return "HTTP/1.1"; // only connectors of this protocol hand over sockets
    }

    @Override
    public void answer(Head head, byte[] body) throws IOException {
        begin(head.set("Connection", "close"), Bytes.copyOf(body));
        if (channel != null) {
            sendOpening(channel);
        }
    }

    @Override
    public void flush() {
        // there is no buffer between a write and the kernel
    }

    @Override
    public void close() {
        SocketWrapperBase<?> open = wrapper;
        if (open != null) {
            TomcatSockets.close(open);
        }
    }

    // ---- Tomcat's side

    @Override
    public void setSocketWrapper(SocketWrapperBase<?> socket) {
        wrapper = socket;
    }

    /** Takes over the socket, once the request has ended. */
    @Override
    public void init(WebConnection connection) {
        underLock(() -> {
            if (wrapper != null && wrapper.getSocket() instanceof NioChannel nio) {
                channel = nio.getIOChannel();
                if (boundsSendBuffer) {
                    SendBuffers.bound(channel);
                }
                writable = true;
                tell(LineListener::onWritable);
            } else {
                tell(LineListener::onGone);
            }
        });
        receive(); // bytes that came with the request wait in Tomcat's buffer
    }

    @Override
    public SocketState upgradeDispatch(SocketEvent event) {
        return switch (event) {
            case OPEN_READ -> receive();
            case OPEN_WRITE -> {
                underLock(() -> {
                    awaitsRoom = false;
                    writable = true;
                    tell(LineListener::onWritable);
                });
                yield over() ? SocketState.CLOSED : SocketState.UPGRADED;
            }
            default -> gone();
        };
    }

    /**
     * Reads the client's bytes. A half-closed connection that still takes a stream is not asked for input any more, because it would always report
     * some.
     */
    private SocketState receive() {
        ByteBuffer received = ByteBuffer.allocate(READ_BYTES);
        try {
            int count = 1;
            for (int i = 0; i < MOST_READS && wrapper != null && count > 0; i++) {
                count = wrapper.read(false, received.clear());
                if (count > 0) {
                    received.flip();
                    if (inbound.exceededBy(count, System.nanoTime())) {
                        tell(LineListener::onFlood);
                        return gone();
                    }
                    tell(listener -> listener.onReceived(received));
                }
            }
            if (count < 0) { // some versions of Tomcat throw instead
                return inputEnded();
            }
            return over() ? SocketState.CLOSED : SocketState.UPGRADED;
        } catch (EOFException halfClosed) {
            return inputEnded();
        } catch (IOException reset) {
            return gone();
        }
    }

    private SocketState inputEnded() {
        boolean[] goesOn = {false};
        tell(listener -> goesOn[0] = listener.onInputEnd());
        return goesOn[0] ? SocketState.SUSPENDED : gone();
    }

    private SocketState gone() {
        tell(LineListener::onGone);
        return SocketState.CLOSED;
    }

    /** Called when Tomcat has closed the connection. */
    @Override
    public void destroy() {
        gone();
    }

    @Override
    public void pause() {
        // a paused connector accepts no connections; this one ends with the program
    }

    @Override
    public void timeoutAsync(long now) {
        // the viewer detects stalls itself
    }

    @Override
    public void setSslSupport(SSLSupport sslSupport) {
        // never over TLS
    }
}
