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
 * A live answer on Tomcat's own socket, handed over by {@link Handover}: the shared frame goes from the arena to the kernel in one gathering
 * write, with no buffer between them. Public for Tomcat, which makes it.
 */
public final class SocketLine extends HandedOverLine implements AnswerLine, InternalHttpUpgradeHandler {
    /** A client's bytes are read so often in a row, and so many at a time. */
    private static final int MOST_READS = 16;

    /** The size of a read, no less than Tomcat's own buffer: bytes that waited in that one would not be reported again. */
    private static final int READ_BYTES = 8192;

    private volatile @Nullable SocketWrapperBase<?> wrapper; // set by Tomcat, read by whoever closes

    /** The connection's own: Tomcat's wrappers and channels are used again for other connections once this one is closed. */
    private @Nullable SocketChannel channel;

    private final InboundBound inbound = new InboundBound(InboundBound.MOST_BYTES);
    private @Nullable ByteBuffer opening;
    private Map<String, String> carried = Map.of();
    private boolean boundsSendBuffer;
    private boolean writable;
    private boolean awaitsRoom; // Tomcat was asked to say when there is room

    /** Made by Tomcat. */
    public SocketLine() {}

    /** Takes fields that the head of every answer has, whoever writes it. */
    void carry(Map<String, String> fields) {
        carried = fields;
    }

    /** Sets whether Perch, not the connector, bounds the bytes that the kernel keeps for a client that does not read. */
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
        return "HTTP/1.1"; // the only one whose sockets are handed over
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
        // nothing stands between a write and the kernel
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

    /** The request has left; from here on the socket is ours. */
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
        receive(); // what came with the request waits in Tomcat's buffer
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

    /** A half-closed connection that still takes a stream is asked for no more input, which it would say to have for ever. */
    private SocketState receive() {
        ByteBuffer received = ByteBuffer.allocate(READ_BYTES);
        try {
            for (int i = 0; i < MOST_READS && wrapper != null && wrapper.read(false, received.clear()) > 0; i++) {
                received.flip();
                if (inbound.exceededBy(received.remaining(), System.nanoTime())) {
                    tell(LineListener::onFlood);
                    return gone();
                }
                tell(listener -> listener.onReceived(received));
            }
            return over() ? SocketState.CLOSED : SocketState.UPGRADED;
        } catch (EOFException halfClosed) {
            boolean[] goesOn = {false};
            tell(listener -> goesOn[0] = listener.onInputEnd());
            return goesOn[0] ? SocketState.SUSPENDED : gone();
        } catch (IOException reset) {
            return gone();
        }
    }

    private SocketState gone() {
        tell(LineListener::onGone);
        return SocketState.CLOSED;
    }

    /** Tomcat has closed the connection. */
    @Override
    public void destroy() {
        gone();
    }

    @Override
    public void pause() {
        // a connector that is paused takes no new connections; this one ends with the program
    }

    @Override
    public void timeoutAsync(long now) {
        // the viewer looks for stalls itself
    }

    @Override
    public void setSslSupport(SSLSupport sslSupport) {
        // never over TLS
    }
}
