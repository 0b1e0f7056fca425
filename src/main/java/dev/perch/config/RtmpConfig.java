package dev.perch.config;

/**
 * Where RTMP is spoken.
 *
 * @param address an IP address or a host name of this machine
 * @param port 0 to 65535; 0 lets the system choose
 */
public record RtmpConfig(String address, int port) {
    static final String EVERY_ADDRESS = "0.0.0.0";

    /** As registered for it (RTMP 1.0 §2). */
    static final int PORT = 1935;
}
