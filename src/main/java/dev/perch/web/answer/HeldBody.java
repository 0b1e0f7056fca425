package dev.perch.web.answer;

import dev.perch.audience.AddressShares;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.web.line.EndListener;
import dev.perch.web.line.TomcatRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Sends a complete answer as fast as its client reads, by the servlet API's non-blocking output. Runs on the container's threads, one at a time.
 */
public final class HeldBody implements EndListener {
    /** The size of Tomcat's response buffer: a write of that size is not copied once more. */
    public static final int SLICE_BYTES = 8 << 10;

    private static final System.Logger LOG = System.getLogger(HeldBody.class.getName());

    private final AsyncContext async;
    private final ServletOutputStream out;
    private final InputStream body;
    private final HeldAnswer.Admittance admittance;

    private byte @Nullable [] slice; // guarded by this, like all below
    private boolean ended; // whether the body has been read to its end
    private boolean flushed;
    private boolean done;
    private @Nullable Lease lease; // held once the client is slower than the answer

    HeldBody(AsyncContext async, InputStream body, HeldAnswer.Admittance admittance) throws IOException {
        this.async = async;
        this.out = async.getResponse().getOutputStream();
        this.body = body;
        this.admittance = admittance;
    }

    void begin() {
        async.setTimeout(0); // the container's write time-out ends a connection that takes nothing
        async.addListener(this);
        out.setWriteListener(this);
    }

    @Override
    public synchronized void onWritePossible() {
        try {
            while (!done && out.isReady()) {
                step();
            }
            if (!done && lease == null) {
                lease = admittance.lease();
            }
        } catch (IOException gone) {
            finish(); // the container reports an error, and completes
        } catch (BudgetExceededException | AddressShares.FullException full) {
            LOG.log(Level.DEBUG, "a client that does not read its answer is let go", full);
            finish();
            abort();
        }
    }

    /** Makes one write or flush, or ends. At the end the container must have nothing left, because a thread would wait to send it. */
    private void step() throws IOException {
        if (flushed) {
            finish();
            async.complete();
        } else if (ended) {
            flushed = true;
            out.flush(); // also sends the head of an answer without a body
        } else {
            byte[] bytes = slice == null ? new byte[SLICE_BYTES] : slice;
            slice = bytes;
            int count = read(bytes);
            if (count < 0) {
                return;
            }
            ended = count < bytes.length;
            if (count > 0) {
                out.write(bytes, 0, count);
            }
        }
    }

    /** Returns the number of bytes read; -1 if the body cannot be read. The client, which knows the length, is disconnected then. */
    private int read(byte[] bytes) {
        try {
            return body.readNBytes(bytes, 0, bytes.length);
        } catch (IOException unreadable) {
            LOG.log(Level.WARNING, "an answer ends early: {0}", unreadable.getMessage());
            finish();
            abort();
            return -1;
        }
    }

    private void abort() {
        TomcatRequest.abort(async.getRequest());
        try {
            async.complete(); // reached in other containers
        } catch (IllegalStateException over) {
            LOG.log(Level.TRACE, "Tomcat has ended it", over);
        }
    }

    private void finish() {
        if (done) {
            return;
        }
        done = true;
        slice = null;
        if (lease != null) {
            lease.close();
        }
        try {
            body.close();
        } catch (IOException unreadable) {
            LOG.log(Level.DEBUG, "a body did not close", unreadable);
        }
    }

    @Override
    public synchronized void over() {
        finish();
    }
}
