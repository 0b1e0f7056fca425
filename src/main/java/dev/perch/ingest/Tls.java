package dev.perch.ingest;

import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;

/** The TLS of a port. */
public interface Tls {
    /** Returns the server's side of a new connection, with the current certificate. Any thread. */
    SSLEngine engine();

    /** Returns the executor of handshakes' computations, which would hold up the port's connections. */
    Executor handshakes();
}
