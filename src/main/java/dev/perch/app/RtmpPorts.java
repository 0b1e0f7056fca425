package dev.perch.app;

import dev.perch.config.RtmpConfig;
import dev.perch.config.TlsConfig;
import dev.perch.ingest.RtmpPort;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

final class RtmpPorts {
    private static final System.Logger LOG = System.getLogger(RtmpPorts.class.getName());

    private RtmpPorts() {}

    /**
     * Listens for RTMP, and over TLS if configured. A port that cannot be opened is logged, and the rest goes on.
     *
     * @return the ports and their TLS, to be closed in this order
     */
    static List<AutoCloseable> open(RtmpConfig wish, Optional<TlsConfig> certificate, RtmpPort.Served served) {
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            RtmpPort port = RtmpPort.open(wish.address(), wish.port(), /* tls= */ null, served);
            opened.add(port);
            LOG.log(Level.INFO, "RTMP is spoken at port {0}.", String.valueOf(port.number()));
        } catch (IOException taken) {
            LOG.log(Level.ERROR, String.valueOf(taken.getMessage()));
        }
        if (wish.tlsPort().isPresent() && certificate.isPresent()) {
            overTls(wish, certificate.get(), served, opened);
        }
        return opened;
    }

    private static void overTls(
            RtmpConfig wish, TlsConfig certificate, RtmpPort.Served served, List<AutoCloseable> opened) {
        try {
            RtmpsTls tls = RtmpsTls.of(certificate);
            try {
                RtmpPort port = RtmpPort.open(wish.address(), wish.tlsPort().orElseThrow(), tls, served);
                opened.add(port);
                LOG.log(Level.INFO, "RTMP is spoken over TLS at port {0}.", String.valueOf(port.number()));
            } finally {
                opened.add(tls); // its thread ends after the port
            }
        } catch (IOException unusable) {
            LOG.log(Level.ERROR, String.valueOf(unusable.getMessage()));
        }
    }
}
