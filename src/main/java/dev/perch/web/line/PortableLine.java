package dev.perch.web.line;

import dev.perch.audience.Closer;
import dev.perch.audience.Departure;
import dev.perch.audience.LineListener;
import dev.perch.feed.FrameLostException;
import dev.perch.feed.Outgoing;
import dev.perch.media.Bytes;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A live answer on the servlet API's non-blocking output, which every container has, over TLS and HTTP/2 too.
 *
 * <p>The viewer's lock protects more than the fields: after a failed write Tomcat may recycle the response while the pump is still returning.
 */
public final class PortableLine implements AnswerLine, EndListener {
    /** Longer than Tomcat's default write time-out of 20 s. */
    private static final long CONTAINER_NANOS = 30_000_000_000L;

    /** How long Tomcat may take to report a broken connection (it takes milliseconds); until then the answer must not be completed. */
    private static final long BROKEN_NANOS = 2_000_000_000L;

    private static final long COMPLETION_MILLIS = 100;

    private final ReentrantLock lock;
    private final CountDownLatch completed = new CountDownLatch(1);
    private final Closer closer;
    private final AsyncContext async;
    private final int bufferBytes;
    private final HttpServletResponse response;
    private final String protocol;
    private final ServletOutputStream out;
    private final ResponseBytes bytes;

    private @Nullable LineListener viewer;
    private byte @Nullable [] opening;
    private boolean ready; // between onWritePossible and a false isReady()
    private int roomBytes; // left in the current slice
    private boolean filled; // whether a slice waits for its flush
    private boolean leaving; // whether to end once the container has sent everything
    private boolean completing;
    private long graceNanos; // until which the container has to end by itself
    private long endNanos;

    /**
     * Creates a line.
     *
     * @param bufferBytes the response buffer's size: as large as most frames, so that a frame goes out in one write
     */
    public PortableLine(ReentrantLock lock, Closer closer, AsyncContext async, int bufferBytes) throws IOException {
        this.lock = lock;
        this.closer = closer;
        this.async = async;
        this.bufferBytes = bufferBytes;
        this.response = (HttpServletResponse) async.getResponse();
        this.protocol = async.getRequest().getProtocol();
        this.out = response.getOutputStream();
        this.bytes = ResponseBytes.of(out);
    }

    @Override
    public void open(LineListener owner) {
        lock.lock();
        try {
            viewer = owner;
        } finally {
            lock.unlock();
        }
        async.setTimeout(0);
        async.addListener(this);
        response.setBufferSize(bufferBytes);
        out.setWriteListener(this);
    }

    @Override
    public boolean writable() {
        return ready;
    }

    /**
     * Returns whether to write. A slice is what the response buffer takes without a rest for the socket's: small frames are joined, large ones cut.
     */
    @Override
    public boolean ready() throws IOException {
        if (roomBytes > 0) {
            return true;
        }
        flush();
        ready = ready && out.isReady();
        roomBytes = ready ? bufferBytes - 1 : 0;
        return ready;
    }

    @Override
    public void begin(Head head, Bytes start) {
        head.applyTo(response);
        opening = start.size() > 0 ? start.toArray() : null;
    }

    @Override
    public int write(Outgoing outgoing) throws IOException, FrameLostException {
        int sent = 0;
        filled = true;
        if (opening != null) {
            out.write(opening);
            sent = opening.length;
            opening = null;
        }
        if (sent < roomBytes) {
            sent += outgoing.writeTo(bytes, roomBytes - sent);
        }
        // before a rest that the container did not take, ready() is asked
        roomBytes = outgoing.isEmpty() ? Math.max(0, roomBytes - sent) : 0;
        return sent;
    }

    @Override
    public String protocol() {
        return protocol;
    }

    @Override
    public void answer(Head head, byte[] body) throws IOException {
        head.applyTo(response);
        if (out.isReady()) {
            out.write(body);
            filled = true;
            flush();
        }
    }

    @Override
    public void flush() throws IOException {
        roomBytes = 0;
        if (filled) {
            ready = out.isReady(); // before a flush too (Servlet 6.0 §5.7)
            if (ready) {
                filled = false;
                out.flush();
            }
        }
    }

    /**
     * Ends the answer. A complete one ends when the container has sent all of it, because a thread would wait for the rest. A stalled one is left to
     * the container's write time-out, a broken one to the container that noticed it; a container that does neither is told in the end.
     */
    @Override
    public void end(Departure how) {
        endNanos = System.nanoTime();
        graceNanos = switch (how) {
            case STALLED -> CONTAINER_NANOS;
            case GONE -> BROKEN_NANOS;
            default -> 0;
        };
        leaving = how == Departure.COMPLETE || how == Departure.REFUSED;
        if (!completing && graceNanos == 0 && (!leaving || drained())) {
            closer.execute(this::close);
        }
    }

    /** Returns whether the container has nothing left to send. If it has, and the answer is complete, {@link #onWritePossible} follows. */
    private boolean drained() {
        try {
            if (ready) {
                flush();
                ready = out.isReady();
            }
            return ready;
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public boolean ended(long nowNanos) {
        if (completing || graceNanos == 0) {
            return true;
        }
        if (nowNanos - endNanos < graceNanos) {
            return false;
        }
        closer.execute(this::close);
        return true;
    }

    /**
     * Ends the answer on the closer's thread, one at a time, so that a request thread is free for each. A thread that Tomcat created for it here
     * would inherit this thread's access control context, pass it on to its successors, and so hold this program's class loader for ever.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!completing) {
                completing = true;
                if (!drained()) {
                    TomcatRequest.abort(async.getRequest());
                }
                async.complete();
            }
        } catch (IllegalStateException alreadyOver) {
            completing = true; // the container has noticed first that the client is gone
        } finally {
            lock.unlock();
        }
        try {
            if (!completed.await(COMPLETION_MILLIS, TimeUnit.MILLISECONDS)) {
                return; // its client takes nothing: the container waits for it, the next answer need not
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the container's threads

    @Override
    public void onWritePossible() {
        lock.lock();
        try {
            if (completing) {
                return; // the output may serve another request by now
            }
            ready = true;
            if (leaving) {
                if (drained()) {
                    closer.execute(this::close);
                }
            } else if (viewer != null) {
                viewer.onWritable();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onComplete(AsyncEvent event) {
        completed.countDown();
        over();
    }

    @Override
    public void over() {
        lock.lock();
        try {
            completing = true;
            if (viewer != null) {
                viewer.onGone();
            }
        } finally {
            lock.unlock();
        }
    }
}
