package dev.perch.web.line;

import dev.perch.audience.InboundBound;
import dev.perch.audience.LineListener;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpUpgradeHandler;
import jakarta.servlet.http.WebConnection;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A connection that was upgraded to another protocol, on the servlet API's non-blocking streams: every container has them, over TLS too. Public
 * because the container creates it.
 */
public final class UpgradeLine extends HandedOverLine implements HttpUpgradeHandler, WriteListener, ReadListener {
    /**
     * The most bytes of a write: most of a TLS record, but not enough to fill Tomcat's buffer completely, because then it waits for an event.
     */
    public static final int SLICE_BYTES = (16 << 10) - 1;

    private static final int READ_BYTES = 512;
    private static final System.Logger LOG = System.getLogger(UpgradeLine.class.getName());

    private final InboundBound inbound = new InboundBound(InboundBound.MOST_BYTES);
    private final ByteBuffer slice = ByteBuffer.allocate(SLICE_BYTES);
    private @Nullable WebConnection connection;
    private @Nullable ServletInputStream in;
    private @Nullable ServletOutputStream out;
    private boolean ready; // between onWritePossible and a false isReady()

    /** Called by the container. */
    public UpgradeLine() {}

    // ---- the viewer's side

    @Override
    public boolean writable() {
        return ready;
    }

    @Override
    public boolean ready() throws IOException {
        if (!slice.hasRemaining()) {
            flush();
        }
        return ready;
    }

    @Override
    public void begin(Head head, Bytes start) {
        slice.put(start.buffer()); // the container sends the head
    }

    @Override
    public int write(Outgoing outgoing) throws IOException, FrameLostException {
        return outgoing.writeTo(slice::put, slice.remaining());
    }

    @Override
    public int write(ByteBuffer bytes) {
        int taken = Math.min(bytes.remaining(), slice.remaining());
        slice.put(bytes.slice().limit(taken));
        bytes.position(bytes.position() + taken);
        return taken;
    }

    /** Does nothing: the container takes a slice whole, and reports when it wants the next. */
    @Override
    public void flush() throws IOException {
        if (slice.position() > 0 && ready && out != null) {
            out.write(slice.array(), 0, slice.position());
            slice.clear();
            ready = out.isReady();
            if (ready) {
                out.flush();
                ready = out.isReady();
            }
        }
    }

    /** Closes the connection. Tomcat notices the end of its streams only when the client does something more, so its socket is closed. */
    @Override
    public void close() {
        closeStreams();
        if (out != null) {
            TomcatSockets.closeUnder(out);
        }
    }

    private void closeStreams() {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (Exception broken) { // as AutoCloseable declares it
            LOG.log(Level.DEBUG, "a connection was broken when it was closed", broken);
        }
    }

    // ---- the container's threads

    @Override
    public void init(WebConnection its) {
        underLock(() -> {
            connection = its;
            try {
                in = its.getInputStream();
                out = its.getOutputStream();
                out.setWriteListener(this);
                in.setReadListener(this);
            } catch (IOException broken) {
                onError(broken);
            }
        });
    }

    @Override
    public void onWritePossible() {
        underLock(() -> {
            ready = out != null && out.isReady(); // the pump may have written since
            if (ready) {
                tell(LineListener::onWritable);
            }
        });
        closeIfOver();
    }

    @Override
    public void onDataAvailable() throws IOException {
        byte[] received = new byte[READ_BYTES];
        ServletInputStream from = in;
        while (from != null && from.isReady()) {
            int size = from.read(received);
            if (size <= 0) {
                break; // onAllDataRead reports the end
            }
            if (inbound.exceededBy(size, System.nanoTime())) {
                tell(LineListener::onFlood);
                break;
            }
            tell(viewer -> viewer.onReceived(ByteBuffer.wrap(received, 0, size)));
        }
        closeIfOver();
    }

    /** Ends the connection if its streams have ended: on the container's own thread both are the same. */
    private void closeIfOver() {
        if (over()) {
            closeStreams();
        }
    }

    @Override
    public void onAllDataRead() {
        tell(LineListener::onInputEnd);
        closeIfOver();
    }

    @Override
    public void onError(Throwable failure) {
        destroy();
    }

    /** Called when the connection is over. */
    @Override
    public void destroy() {
        tell(LineListener::onGone);
    }
}
