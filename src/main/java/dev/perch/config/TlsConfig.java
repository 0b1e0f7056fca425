package dev.perch.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The TLS of the program that runs alone.
 *
 * @param certificate the chain in PEM form, the server's own first
 * @param key the private key in PEM form
 * @param port 0 to 65535; 0 lets the system choose
 * @param redirect whether what is asked without TLS is sent to the port with it
 * @param hsts for how long browsers are to ask with TLS only (RFC 6797); empty to say nothing of it
 */
public record TlsConfig(Path certificate, Path key, int port, boolean redirect, Optional<Duration> hsts) {
    /** The port where the file names none. */
    public static final int PORT = 8443;
}
