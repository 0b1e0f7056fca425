package dev.perch.web.line;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import org.apache.catalina.connector.RequestFacade;
import org.apache.coyote.ActionCode;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** Does what Tomcat offers beyond the servlet API. In another container, or a Tomcat that is built differently, it does nothing. */
public final class TomcatRequest {
    private static final System.Logger LOG = System.getLogger(TomcatRequest.class.getName());

    private TomcatRequest() {}

    /**
     * Returns whether the client of {@code request}, which has no body, has already sent more: its next request, without waiting for the answer.
     */
    public static boolean pipelined(ServletRequest request) {
        try {
            Request tomcats = Inside.of(request);
            return tomcats != null
                    && tomcats.getInputBuffer() instanceof Http11InputBuffer http11
                    && http11.available() > 0;
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "the container does not tell", unlike);
            return false;
        }
    }

    /**
     * Returns whether the client of {@code request}, which has no body and no answer yet, has closed the connection. False if that cannot be seen, as
     * with HTTP/2 or behind a client's next request. Called on the answering thread.
     */
    public static boolean gone(ServletRequest request) {
        try {
            Request tomcats = Inside.of(request);
            return tomcats != null
                    && tomcats.getInputBuffer() instanceof Http11InputBuffer http11
                    && Inside.SOCKET.get(http11) instanceof NioSocketWrapper socket
                    && ended(socket);
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "the container does not tell", unlike);
            return false;
        }
    }

    private static boolean ended(NioSocketWrapper socket) {
        ByteBuffer next = ByteBuffer.allocate(1);
        try {
            int count = socket.read(/* block= */ false, next);
            if (count > 0) {
                socket.unRead(next.flip());
            }
            return count < 0;
        } catch (IOException closed) {
            return true;
        }
    }

    /** Keeps Tomcat from reading the rest of the request's body after the answer, for which a thread would wait. */
    public static void leaveBodyUnread(ServletRequest request) {
        try {
            Request tomcats = Inside.of(request);
            if (tomcats != null && tomcats.getInputBuffer() instanceof Http11InputBuffer http11) {
                Inside.SWALLOW.invoke(http11, false);
            }
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "the container does with the body as it sees fit", unlike);
        }
    }

    /** Makes a read of the request's body fail after {@code millis} without a byte, whatever the connector's configuration says. */
    public static void readWithin(ServletRequest request, int millis) {
        try {
            Request tomcats = Inside.of(request);
            if (tomcats != null
                    && tomcats.getInputBuffer() instanceof Http11InputBuffer http11
                    && Inside.SOCKET.get(http11) instanceof SocketWrapperBase<?> socket) {
                socket.setReadTimeout(millis);
            }
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "the container reads as it is configured", unlike);
        }
    }

    /**
     * Asks a client that waits for it to send the body (RFC 9110 §10.1.1): Tomcat does so at a blocking read only, and a non-blocking reader would
     * not hear of any byte before.
     */
    public static void askForBody(ServletRequest request) {
        try {
            Request tomcats = Inside.of(request);
            if (tomcats != null) {
                tomcats.getResponse().action(ActionCode.ACK, ContinueResponseTiming.ALWAYS);
            }
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "the container asks for the body when it sees fit", unlike);
        }
    }

    /** Ends the connection, or the HTTP/2 stream, without sending the rest of the answer, for which a thread would wait. */
    public static void abort(ServletRequest request) {
        try {
            Request tomcats = Inside.of(request);
            if (tomcats != null) {
                tomcats.getResponse().action(ActionCode.CLOSE_NOW, null);
            }
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "the container ends the connection when it sees fit", unlike);
        }
    }

    /** The reflection, loaded with the first request. */
    private static final class Inside {
        private static final Field REQUEST;
        private static final Method SWALLOW;
        private static final Field SOCKET;

        static {
            try {
                REQUEST = RequestFacade.class.getDeclaredField("request");
                REQUEST.setAccessible(true);
                SWALLOW = Http11InputBuffer.class.getDeclaredMethod("setSwallowInput", boolean.class);
                SWALLOW.setAccessible(true);
                SOCKET = Http11InputBuffer.class.getDeclaredField("wrapper");
                SOCKET.setAccessible(true);
            } catch (ReflectiveOperationException unlike) {
                throw new ExceptionInInitializerError(unlike);
            }
        }

        static @Nullable Request of(ServletRequest request) throws IllegalAccessException {
            ServletRequest inmost = request;
            while (inmost instanceof ServletRequestWrapper wrapper) {
                inmost = wrapper.getRequest();
            }
            return inmost instanceof RequestFacade facade
                    ? ((org.apache.catalina.connector.Request) REQUEST.get(facade)).getCoyoteRequest()
                    : null;
        }
    }
}
