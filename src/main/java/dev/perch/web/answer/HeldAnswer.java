package dev.perch.web.answer;

import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is complete before any of it is sent: the bytes stay here until {@link #send}, which keeps no thread waiting for the client.
 * Otherwise a few clients that request and do not read would block all request threads. An answer that begins in another way (asynchronous, or with
 * another protocol) is not held.
 */
public final class HeldAnswer extends HttpServletResponseWrapper {
    /** Leases an answer's memory while its client does not read it. */
    public interface Admittance {
        Lease lease() throws BudgetExceededException;
    }

    private final HttpServletRequest request;
    private final HttpServletResponse response;
    private final Admittance admittance;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream(0);
    private final Held out = new Held();
    private @Nullable InputStream source;

    /**
     * Creates an empty answer.
     *
     * @param admittance asked once the client turns out to be slower than the answer
     */
    public HeldAnswer(HttpServletRequest request, HttpServletResponse response, Admittance admittance) {
        super(response);
        this.request = request;
        this.response = response;
        this.admittance = admittance;
    }

    @Override
    public ServletOutputStream getOutputStream() {
        return out;
    }

    /** Sets the body, which is read while it is sent, and closed afterwards. */
    public void body(InputStream bytes) {
        source = bytes;
    }

    /** Wraps the body, if one is set. */
    public void through(UnaryOperator<InputStream> other) {
        if (source != null) {
            source = other.apply(source);
        }
    }

    /** Sends the answer, unless it has begun in another way. Called on the request's thread, and does not wait. */
    public void send() throws IOException {
        if (request.isAsyncStarted()
                || response.isCommitted()
                || response.getStatus() == HttpServletResponse.SC_SWITCHING_PROTOCOLS) {
            return;
        }
        boolean headOnly = request.getMethod().equals("HEAD") || (source == null && written.size() == 0);
        // after such a head Tomcat ends the HTTP/2 stream and calls no listener
        if (headOnly && request.getProtocol().equals("HTTP/2.0")) {
            if (source != null) {
                source.close();
            }
            return;
        }
        InputStream body = request.getMethod().equals("HEAD") ? InputStream.nullInputStream() : body();
        boolean held = false;
        try {
            if (request.isAsyncSupported()) {
                new HeldBody(request.startAsync(), body, admittance).begin();
                held = true; // it closes the body at the end
            } else {
                body.transferTo(response.getOutputStream());
            }
        } finally {
            if (!held) {
                body.close();
            }
        }
    }

    private InputStream body() {
        return source != null ? new TenuredBody(request, source) : new ByteArrayInputStream(written.toByteArray());
    }

    private final class Held extends ServletOutputStream {
        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new IllegalStateException("what is held does not wait");
        }

        @Override
        public void write(int octet) {
            written.write(octet);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            written.write(bytes, from, count);
        }
    }
}
