package dev.perch.web.line;

import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.RequestFacade;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.Http11NioProtocol;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request's socket from Tomcat, if its connector is NIO without TLS: by the mechanism that hands sockets to other protocols ({@code
 * HttpServletRequest.upgrade}), but with the status left at 200 and the head left to Perch, because no byte may be sent before the first frame is
 * there.
 */
public final class Handover {
    private static final System.Logger LOG = System.getLogger(Handover.class.getName());

    /** A parameter whose only value, {@code servlet}, turns this off: for trouble with it, and for measuring. */
    private static final String OUTPUT = "perch.output";

    /** The servlet API of Tomcat 10.1, which this program is compiled against. */
    private static final int KNOWN_MAJOR = 6;

    private static final int KNOWN_MINOR = 0;

    private final SendBuffers sendBuffers = new SendBuffers();
    private final Field inner; // of RequestFacade: the only path from a servlet's request to Tomcat's
    private final AtomicReference<@Nullable Connector> refused = new AtomicReference<>();

    private Handover(Field inner) {
        this.inner = inner;
    }

    /**
     * Returns the access to sockets; empty if this is not Tomcat, or a Tomcat that is built differently, or if {@value #OUTPUT} (of the context, or
     * of the system) asks for the servlet API. Logs which path live answers take.
     */
    public static Optional<Handover> find(ServletContext context) {
        String output = Objects.requireNonNullElse(context.getInitParameter(OUTPUT), System.getProperty(OUTPUT, ""));
        if (output.equals("servlet")) {
            LOG.log(
                    Level.INFO,
                    "Streams go through the servlet API, which takes more CPU, because " + OUTPUT + " says so.");
            return Optional.empty();
        }
        try {
            Field field = RequestFacade.class.getDeclaredField("request");
            field.setAccessible(true);
            if (context.getMajorVersion() != KNOWN_MAJOR || context.getMinorVersion() != KNOWN_MINOR) {
                TomcatSockets.require();
            }
            LOG.log(Level.DEBUG, "live streams are written to Tomcat's sockets directly");
            return Optional.of(new Handover(field));
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(
                    Level.INFO,
                    "Streams go through the servlet API, which takes more CPU: this server is no Tomcat that Perch knows ("
                            + unlike + ").");
            return Optional.empty();
        }
    }

    /** Returns whether the socket of {@code request} can be taken. */
    public boolean fits(HttpServletRequest request) {
        Request tomcats = tomcats(request);
        return tomcats != null
                && fits(tomcats.getConnector())
                && request.getProtocol().startsWith("HTTP/1")
                && !tomcats.getCoyoteRequest().getResponse().isCommitted();
    }

    /**
     * Takes the socket of {@code request}, which must fit. Returns empty, and changes nothing, if Tomcat refuses.
     *
     * @param status of the answer, for the access log
     */
    public Optional<SocketLine> take(HttpServletRequest request, HttpServletResponse response, int status) {
        Request tomcats = tomcats(request);
        if (tomcats == null) {
            return Optional.empty();
        }
        try {
            SocketLine line = request.upgrade(SocketLine.class);
            line.carry(Headers.carried(response));
            line.boundSendBuffer(!SendBuffers.bounded(tomcats.getConnector()));
            response.setStatus(status);
            // else Tomcat would send its own head when the request ends
            tomcats.getCoyoteRequest().getResponse().setCommitted(true);
            return Optional.of(line);
        } catch (ServletException | IOException | LinkageError failure) {
            LOG.log(
                    Level.WARNING,
                    "A stream goes through the servlet API: the server refused to hand its connection over.",
                    failure);
            return Optional.empty();
        }
    }

    /** Returns whether the connector of {@code request} listens at a loopback address, so that only this machine reaches it. */
    public boolean loopbackOnly(HttpServletRequest request) {
        Request tomcats = tomcats(request);
        return tomcats != null
                && tomcats.getConnector().getProtocolHandler() instanceof AbstractProtocol<?> protocol
                && protocol.getAddress() != null
                && protocol.getAddress().isLoopbackAddress();
    }

    /** Warns once if the connector of {@code request}, whose sockets are not taken, does not limit the kernel's send buffers. */
    public void warnOfSendBuffers(HttpServletRequest request) {
        Request tomcats = tomcats(request);
        if (tomcats != null) {
            sendBuffers.warn(tomcats.getConnector());
        }
    }

    private @Nullable Request tomcats(ServletRequest request) {
        ServletRequest inmost = request;
        while (inmost instanceof ServletRequestWrapper wrapper) {
            inmost = wrapper.getRequest();
        }
        try {
            return inmost instanceof RequestFacade facade ? (Request) inner.get(facade) : null;
        } catch (IllegalAccessException forbidden) {
            throw new IllegalStateException("find() has made it accessible", forbidden);
        }
    }

    private boolean fits(Connector connector) {
        boolean fits = connector.getProtocolHandler() instanceof Http11NioProtocol nio && !nio.isSSLEnabled();
        if (!fits && refused.getAndSet(connector) != connector) {
            LOG.log(
                    Level.INFO,
                    "Streams through " + connector
                            + " go through the servlet API, which takes more CPU: the connector uses TLS or is not NIO.");
        }
        return fits;
    }
}
