package dev.perch.web.line;

import dev.perch.audience.Admission;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.catalina.connector.Connector;

/**
 * Limits the kernel's send buffer for a viewer that does not read: without a limit it grows as net.ipv4.tcp_wmem allows, to 3.8 MB measured; with
 * SO_SNDBUF, to twice that value (socket(7)).
 */
public final class SendBuffers {
    /** The value in conf/tomcat-connector.xml: 0.25 MB measured, at no cost in CPU time. */
    static final int SET_BYTES = Admission.KERNEL_BYTES / 2;

    private static final String PROPERTY = "socket.txBufSize";
    private static final System.Logger LOG = System.getLogger(SendBuffers.class.getName());

    private final Set<Connector> warned = ConcurrentHashMap.newKeySet();

    /** Returns whether {@code connector} limits them. */
    static boolean bounded(Connector connector) {
        Object value = connector.getProperty(PROPERTY);
        try {
            return value != null && Integer.parseInt(value.toString()) > 0;
        } catch (NumberFormatException unset) {
            return false;
        }
    }

    /** Limits the buffer of one connection. */
    static void bound(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_SNDBUF, SET_BYTES);
        } catch (IOException | UnsupportedOperationException refused) {
            LOG.log(Level.DEBUG, "SO_SNDBUF was refused", refused);
        }
    }

    /** Warns once if a connector whose sockets are not taken does not limit them. Returns whether it has warned now. */
    boolean warn(Connector connector) {
        boolean now = !bounded(connector) && warned.add(connector);
        if (now) {
            LOG.log(
                    Level.WARNING,
                    "{0}: each viewer that stops reading may hold 4 MB of kernel memory. To prevent that, set {1}=\"{2}\" on this Connector in"
                            + " server.xml, as conf/tomcat-connector.xml does.",
                    connector,
                    PROPERTY,
                    String.valueOf(SET_BYTES));
        }
        return now;
    }
}
