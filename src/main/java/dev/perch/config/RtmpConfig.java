package dev.perch.config;

import java.util.OptionalInt;

/**
 * The RTMP port.
 *
 * @param address an IP address or a host name of this machine
 * @param port 0 to 65535; 0 lets the system choose
 * @param tlsPort the port of RTMP over TLS, with the certificate of the server's section {@code tls}; empty for none
 */
public record RtmpConfig(String address, int port, OptionalInt tlsPort) {
    static final String EVERY_ADDRESS = "0.0.0.0";

    /** The registered port (RTMP 1.0 §2). */
    static final int PORT = 1935;

    /** Creates a port without TLS. */
    public RtmpConfig(String address, int port) {
        this(address, port, OptionalInt.empty());
    }
}
