package dev.perch.ingest;

import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;

/** What a port needs that speaks over TLS. */
public interface Tls {
    /** Returns the server's side of a new connection, with the certificate of now. Any thread. */
    SSLEngine engine();

    /** Returns what does the arithmetic of handshakes, which would hold up the connections of the port. */
    Executor handshakes();
}
