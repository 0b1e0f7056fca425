package dev.perch.web.line;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A container by the letter of Servlet 6.0 §5.7 in front of Tomcat's: a write or a flush without an isReady() that said yes since the last one is noted and refused. It is often not ready, and tells
 * later on a thread of its own when it is.
 */
final class StrictFilter implements Filter, AutoCloseable {
    private final Queue<String> offences = new ConcurrentLinkedQueue<>();
    private final ExecutorService container = Executors.newSingleThreadExecutor();
    private final Random random;

    StrictFilter(long seed) {
        random = new Random(seed);
    }

    /** Returns what was done without asking first. */
    Queue<String> offences() {
        return offences;
    }

    private synchronized boolean chance(int oneOf) {
        return random.nextInt(oneOf) == 0;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        StrictResponse strict = new StrictResponse((HttpServletResponse) response);
        chain.doFilter(new Async((HttpServletRequest) request, strict), strict);
    }

    @Override
    public void close() {
        container.shutdownNow();
    }

    /** Hands the strict response on to what is asynchronous, which else gets the container's own. */
    private static final class Async extends HttpServletRequestWrapper {
        private final StrictResponse response;

        Async(HttpServletRequest request, StrictResponse response) {
            super(request);
            this.response = response;
        }

        @Override
        public AsyncContext startAsync() {
            return startAsync(this, response);
        }
    }

    private final class StrictResponse extends HttpServletResponseWrapper {
        private @Nullable StrictOutput out;

        StrictResponse(HttpServletResponse response) {
            super(response);
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            StrictOutput present = out == null ? new StrictOutput(super.getOutputStream()) : out;
            out = present;
            return present;
        }
    }

    private final class StrictOutput extends ServletOutputStream implements WriteListener {
        private final ServletOutputStream out;
        private @Nullable WriteListener listener; // guarded by this, as all below
        private boolean asked; // isReady() has said yes, and nothing was written since
        private boolean unready; // the listener is called on the other thread

        StrictOutput(ServletOutputStream out) {
            this.out = out;
        }

        @Override
        public void setWriteListener(WriteListener next) {
            synchronized (this) {
                listener = next;
            }
            out.setWriteListener(this);
        }

        @Override
        public synchronized boolean isReady() {
            if (unready) {
                return false;
            }
            if (chance(4)) {
                unready = true;
                container.execute(this::becomeReady);
                return false;
            }
            asked = out.isReady();
            return asked;
        }

        private void becomeReady() {
            synchronized (this) {
                unready = false;
            }
            try {
                onWritePossible();
            } catch (IOException | RuntimeException failed) {
                offences.add("onWritePossible: " + failed);
            }
        }

        private synchronized void require(String what) {
            if (listener != null && !asked) {
                offences.add(what + " without isReady()");
                throw new IllegalStateException(what + " without isReady()");
            }
            asked = false;
        }

        @Override
        public void write(int octet) throws IOException {
            require("write");
            out.write(octet);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            require("write of " + count);
            out.write(bytes, from, count);
        }

        @Override
        public void flush() throws IOException {
            require("flush");
            out.flush();
        }

        @Override
        public void onWritePossible() throws IOException {
            WriteListener told;
            synchronized (this) {
                told = listener;
            }
            if (told != null) {
                told.onWritePossible();
            }
        }

        @Override
        public void onError(Throwable failure) {
            WriteListener told;
            synchronized (this) {
                told = listener;
            }
            if (told != null) {
                told.onError(failure);
            }
        }
    }
}
