package dev.perch.web;

import jakarta.servlet.ServletOutputStream;
import java.lang.System.Logger.Level;
import java.lang.reflect.Field;
import java.util.concurrent.locks.Lock;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Closes Tomcat's sockets from outside. */
final class TomcatSockets {
    private static final System.Logger LOG = System.getLogger(TomcatSockets.class.getName());

    private TomcatSockets() {}

    /** Under the lock with which Tomcat handles the socket's events: closed within one, the connection would stay in Tomcat's books. */
    static void close(SocketWrapperBase<?> open) {
        Lock events = open.getLock();
        events.lock();
        try {
            open.close();
        } finally {
            events.unlock();
        }
    }

    /** Closes the socket under an upgraded connection's stream; does nothing in a container that is not Tomcat, or is made otherwise. */
    static void closeUnder(ServletOutputStream out) {
        try {
            Field socket = out.getClass().getDeclaredField("socketWrapper");
            socket.setAccessible(true);
            if (socket.get(out) instanceof SocketWrapperBase<?> open) {
                close(open);
            }
        } catch (NoClassDefFoundError | ReflectiveOperationException | RuntimeException unlike) {
            LOG.log(Level.DEBUG, "the container closes the connection when it sees fit", unlike);
        }
    }
}
