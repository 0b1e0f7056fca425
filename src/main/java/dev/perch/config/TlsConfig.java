package dev.perch.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The TLS of the standalone program.
 *
 * @param certificate the chain in PEM form, the server's own first
 * @param key the private key in PEM form
 * @param port 0 to 65535; 0 lets the system choose
 * @param redirect whether requests without TLS are redirected to the TLS port
 * @param hsts how long browsers must use TLS only (RFC 6797); empty to say nothing
 */
public record TlsConfig(Path certificate, Path key, int port, boolean redirect, Optional<Duration> hsts) {
    /** The default port. */
    public static final int PORT = 8443;
}
