package dev.perch.web.answer;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** Takes requests off the container's threads (Servlet 6.0 §2.3.3.3), which a single filter or valve without async support prevents. */
public final class AsyncRequests {
    private static final System.Logger LOG = System.getLogger(AsyncRequests.class.getName());
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private AsyncRequests() {}

    /** Thrown if the container lets no request be asynchronous; the message names the remedy. */
    public static final class UnsupportedException extends IllegalStateException {
        UnsupportedException(String sentence) {
            super(sentence);
        }

        public Problem problem() {
            return Problem.of(
                    HttpServletResponse.SC_INTERNAL_SERVER_ERROR,
                    "This server allows no asynchronous requests",
                    String.valueOf(getMessage()));
        }
    }

    /** Checks that {@code request} can leave its thread. Called before any resource is taken for it. */
    public static void require(HttpServletRequest request) {
        if (!request.isAsyncSupported()) {
            UnsupportedException unsupported = new UnsupportedException(sentence(request));
            if (!TOLD.getAndSet(true)) {
                LOG.log(Level.ERROR, String.valueOf(unsupported.getMessage()));
            }
            throw unsupported;
        }
    }

    /** Takes {@code request} off its thread. */
    public static AsyncContext start(HttpServletRequest request) {
        require(request);
        return request.startAsync();
    }

    private static String sentence(HttpServletRequest request) {
        Map<String, ? extends FilterRegistration> filters =
                request.getServletContext().getFilterRegistrations();
        String known = filters.values().stream()
                .map(filter -> filter.getName() + " (" + filter.getClassName() + ")")
                .collect(Collectors.joining(", "));
        return "A filter or a valve before Perch is declared without async support, which pictures and live streams need: add "
                + "<async-supported>true</async-supported> to each <filter> of web.xml and conf/web.xml, and asyncSupported=\"true\" to"
                + " a <Valve>." + (known.isEmpty() ? "" : " The filters here: " + known + ".");
    }
}
