package dev.perch.web.line;

import jakarta.servlet.ServletOutputStream;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.connector.Request;
import org.apache.coyote.ProtocolHandler;
import org.apache.coyote.Response;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.upgrade.InternalHttpUpgradeHandler;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Closes Tomcat's sockets from outside, and detects a Tomcat whose sockets are built differently. */
final class TomcatSockets {
    private static final System.Logger LOG = System.getLogger(TomcatSockets.class.getName());

    private TomcatSockets() {}

    /**
     * Checks that this Tomcat has every internal method that a handed over connection needs, with the types that this program calls: a missing one
     * would fail only when called, too late for another path.
     *
     * @throws NoSuchMethodException if one is missing
     */
    static void require() throws NoSuchMethodException {
        returns(Lock.class, SocketWrapperBase.class.getMethod("getLock")); // Tomcat 11 has another type of lock
        has(void.class, SocketWrapperBase.class, "close");
        has(void.class, SocketWrapperBase.class, "registerWriteInterest");
        has(Object.class, SocketWrapperBase.class, "getSocket");
        has(int.class, SocketWrapperBase.class, "read", boolean.class, ByteBuffer.class);
        has(SocketChannel.class, NioChannel.class, "getIOChannel");
        has(Connector.class, Request.class, "getConnector");
        has(org.apache.coyote.Request.class, Request.class, "getCoyoteRequest");
        has(Response.class, org.apache.coyote.Request.class, "getResponse");
        has(boolean.class, Response.class, "isCommitted");
        has(void.class, Response.class, "setCommitted", boolean.class);
        has(ProtocolHandler.class, Connector.class, "getProtocolHandler");
        has(Object.class, Connector.class, "getProperty", String.class);
        has(boolean.class, Http11NioProtocol.class, "isSSLEnabled");
        for (Method wanted : InternalHttpUpgradeHandler.class.getMethods()) {
            Method made = SocketLine.class.getMethod(wanted.getName(), wanted.getParameterTypes());
            if (Modifier.isAbstract(made.getModifiers())) {
                throw new NoSuchMethodException("SocketLine lacks " + wanted);
            }
        }
    }

    private static void has(Class<?> result, Class<?> owner, String name, Class<?>... parameters)
            throws NoSuchMethodException {
        Method method = owner.getMethod(name, parameters);
        if (method.getReturnType() != result) {
            throw new NoSuchMethodException(method + " returns no " + result.getName());
        }
    }

    private static void returns(Class<?> result, Method method) throws NoSuchMethodException {
        if (!result.isAssignableFrom(method.getReturnType())) {
            throw new NoSuchMethodException(method + " returns no " + result.getName());
        }
    }

    /**
     * Closes the socket under the lock with which Tomcat handles its events: closed during one, the connection would stay in Tomcat's books.
     */
    static void close(SocketWrapperBase<?> open) {
        Lock events = events(open);
        events.lock();
        try {
            open.close();
        } finally {
            events.unlock();
        }
    }

    private static Lock events(SocketWrapperBase<?> open) {
        try {
            return open.getLock();
        } catch (NoSuchMethodError otherType) {
            return byReflection(open, otherType);
        }
    }

    private static Lock byReflection(SocketWrapperBase<?> open, NoSuchMethodError why) {
        try {
            return (Lock) SocketWrapperBase.class.getMethod("getLock").invoke(open);
        } catch (ReflectiveOperationException | ClassCastException unlike) {
            why.addSuppressed(unlike);
            throw why;
        }
    }

    /**
     * Closes like {@link #close}, if no event of the socket is being handled and {@code condition} then holds. Returns whether it was closed.
     */
    static boolean closeIf(SocketWrapperBase<?> open, BooleanSupplier condition) {
        Lock events = events(open);
        if (!events.tryLock()) {
            return false;
        }
        try {
            boolean closes = !open.isClosed() && condition.getAsBoolean();
            if (closes) {
                open.close();
            }
            return closes;
        } finally {
            events.unlock();
        }
    }

    /** Closes the socket under an upgraded connection's stream. Does nothing in other containers, or a Tomcat that is built differently. */
    static void closeUnder(ServletOutputStream out) {
        try {
            Field socket = out.getClass().getDeclaredField("socketWrapper");
            socket.setAccessible(true);
            if (socket.get(out) instanceof SocketWrapperBase<?> open) {
                close(open);
            }
        } catch (LinkageError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "the container closes the connection when it sees fit", unlike);
        }
    }
}
