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

/** Sends an answer that is whole, as fast as its client takes it, by the servlet API's non-blocking output. On the container's threads, one at a time. */
public final class HeldBody implements EndListener {
    /** Tomcat's response buffer: what is given to it at once it need not copy once more. */
    public static final int SLICE_BYTES = 8 << 10;

    private static final System.Logger LOG = System.getLogger(HeldBody.class.getName());

    private final AsyncContext async;
    private final ServletOutputStream out;
    private final InputStream body;
    private final HeldAnswer.Admittance admittance;

    private byte @Nullable [] slice; // guarded by this, as all below
    private boolean ended; // the body has been read to its end
    private boolean flushed;
    private boolean done;
    private @Nullable Lease lease; // since the client was slower than the answer

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
            finish(); // the container tells it as an error, and completes
        } catch (BudgetExceededException | AddressShares.FullException full) {
            LOG.log(Level.DEBUG, "a client that does not read its answer is let go", full);
            finish();
            abort();
        }
    }

    /** One write, flush, or the end. What the container still had at the end a thread would wait to send: it has nothing then. */
    private void step() throws IOException {
        if (flushed) {
            finish();
            async.complete();
        } else if (ended) {
            flushed = true;
            out.flush(); // the head too, where there is no body
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

    /** Returns how many bytes there were; -1 if the body cannot be read, and the client, who is told how long it is, is let go. */
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
            async.complete(); // in another container
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
