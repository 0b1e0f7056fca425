package dev.perch.web.segments;

import dev.perch.memory.Lease;
import dev.perch.web.line.EndListener;
import dev.perch.web.line.ResponseBytes;
import dev.perch.window.CameraWindow;
import dev.perch.window.SegmentBytes;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Sends bytes of a segment without holding a thread, even of a growing one: each frame is sent when it comes. The container's threads and the pump
 * meet here under one lock.
 */
final class SegmentBody implements EndListener, CameraWindow.Waiter {
    private static final int SLICE_BYTES = 32 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final SegmentBytes bytes;
    private final Lease lease;
    private final AsyncContext async;
    private final ServletOutputStream out;
    private final ResponseBytes destination;
    private final BooleanSupplier grown;
    private final boolean growing;
    private int at;
    private int end;
    private boolean writable; // between onWritePossible and a false isReady()
    private boolean flushed;
    private boolean done;

    /**
     * Creates a body of existing bytes.
     *
     * @param bytes held by the caller, who may release them afterwards
     * @param from the first byte
     * @param to the end, exclusive
     */
    SegmentBody(AsyncContext async, SegmentBytes bytes, int from, int to, Lease lease) throws IOException {
        this(async, bytes, lease, /* growing= */ false, () -> true);
        this.at = from;
        this.end = to;
    }

    /**
     * Creates a body of a growing segment.
     *
     * @param grown whether it grows no more
     */
    SegmentBody(AsyncContext async, SegmentBytes bytes, BooleanSupplier grown, Lease lease) throws IOException {
        this(async, bytes, lease, /* growing= */ true, grown);
    }

    private SegmentBody(AsyncContext async, SegmentBytes bytes, Lease lease, boolean growing, BooleanSupplier grown)
            throws IOException {
        this.async = async;
        this.bytes = bytes;
        this.lease = lease;
        this.growing = growing;
        this.grown = grown;
        this.out = async.getResponse().getOutputStream();
        this.destination = ResponseBytes.of(out);
        if (!bytes.retain()) {
            throw new IllegalStateException("nobody holds the bytes: sizeBytes=" + bytes.sizeBytes());
        }
    }

    /** Begins, or releases everything if it cannot. */
    void begin() {
        boolean begun = false;
        try {
            async.setTimeout(0); // the container's write time-out ends a connection that takes nothing
            async.addListener(this);
            out.setWriteListener(this);
            begun = true;
        } finally {
            if (!begun) {
                over();
            }
        }
    }

    /** Looks for more to send. Returns whether the body is over. */
    @Override
    public boolean look(long nowNanos) {
        lock.lock();
        try {
            if (!done && writable) {
                send();
            }
            return done;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onWritePossible() {
        lock.lock();
        try {
            writable = true;
            if (!done) {
                send();
            }
        } finally {
            lock.unlock();
        }
    }

    private void send() {
        try {
            boolean whole = !growing || grown.getAsBoolean(); // asked before the size, which is final then
            end = growing ? bytes.sizeBytes() : end;
            boolean sent = false;
            while (at < end && ready()) {
                at += bytes.writeTo(destination, at, Math.min(SLICE_BYTES, end - at));
                sent = true;
            }
            flushed &= !sent;
            if (!flushed && at == end && ready()) {
                out.flush(); // at the end a thread would wait to send what the container still had
                flushed = true;
            }
            if (at == end && whole && flushed && ready()) {
                finish(/* complete= */ true);
            }
        } catch (IOException gone) {
            finish(/* complete= */ false); // the container reports an error, and completes
        } catch (RuntimeException | Error fault) {
            finish(/* complete= */ true);
            throw fault;
        }
    }

    private boolean ready() {
        writable = writable && out.isReady();
        return writable;
    }

    private void finish(boolean complete) {
        if (done) {
            return;
        }
        done = true;
        bytes.close();
        lease.close();
        if (complete) {
            try {
                async.complete();
            } catch (IllegalStateException alreadyOver) {
                writable = false; // the container has noticed first that the client is gone
            }
        }
    }

    @Override
    public void over() {
        lock.lock();
        try {
            finish(/* complete= */ false);
        } finally {
            lock.unlock();
        }
    }
}
