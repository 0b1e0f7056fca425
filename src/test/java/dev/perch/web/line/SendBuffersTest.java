package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.Test;

class SendBuffersTest {
    private static Connector connector(String protocol) {
        return new Connector("org.apache.coyote.http11." + protocol);
    }

    @Test
    void connector_isAskedForItsBound() {
        for (String protocol : new String[] {"Http11NioProtocol", "Http11Nio2Protocol"}) {
            Connector connector = connector(protocol);
            assertFalse(SendBuffers.bounded(connector), protocol);
            assertTrue(connector.setProperty("socket.txBufSize", "131072"));
            assertTrue(SendBuffers.bounded(connector), protocol);
        }
    }

    @Test
    void unboundedConnector_isWarnedOfOnce() {
        SendBuffers buffers = new SendBuffers();
        Connector connector = connector("Http11Nio2Protocol");
        assertTrue(buffers.warn(connector));
        assertFalse(buffers.warn(connector));
        assertTrue(buffers.warn(connector("Http11Nio2Protocol")));
    }

    @Test
    void boundedConnector_isNotWarnedOf() {
        Connector connector = connector("Http11Nio2Protocol");
        assertTrue(connector.setProperty("socket.txBufSize", "65536"));
        assertFalse(new SendBuffers().warn(connector));
    }

    /** Linux doubles what is set and tells the double (socket(7), SO_SNDBUF), of which Java tells the half. */
    @Test
    void channel_isBounded() throws Exception {
        try (SocketChannel channel = SocketChannel.open()) {
            SendBuffers.bound(channel);
            assertEquals(SendBuffers.SET_BYTES, channel.getOption(StandardSocketOptions.SO_SNDBUF));
        }
    }
}
