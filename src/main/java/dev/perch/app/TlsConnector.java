package dev.perch.app;

import dev.perch.config.TlsConfig;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/**
 * The TLS connector of the standalone program. It uses a new certificate as soon as its files have changed; open streams keep the old one.
 */
final class TlsConnector {
    /** The ciphers with forward secrecy and authenticated encryption; those of TLS 1.3 all have both. */
    private static final String CIPHERS = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
            + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
            + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

    /** A connection takes four times as much memory as one without TLS. */
    private static final int MAX_CONNECTIONS = 512;

    /** How long a thread waits for more of a short body; a publisher's is read without waiting. */
    private static final long BODY_MILLIS = 2_000;

    private final Connector connector;
    private final Http11NioProtocol protocol;
    private final CertificateFiles files;

    private TlsConnector(TlsConfig config, RoomyEndpoint endpoint) throws IOException {
        this.protocol = new Http11NioProtocol(endpoint);
        this.files = new CertificateFiles(config, "HTTP", protocol::reloadSslHostConfigs);
        this.connector = new Connector(protocol);
    }

    /**
     * Creates the connector, which listens when its server starts.
     *
     * @throws IOException if the certificate or its key cannot be used; the message says what was found
     */
    static TlsConnector of(TlsConfig config, RoomyEndpoint endpoint) throws IOException {
        TlsConnector made = new TlsConnector(config, endpoint);
        made.connector.setPort(config.port());
        made.connector.setScheme("https");
        made.connector.setSecure(true);
        made.protocol.setSSLEnabled(true);
        Http2Protocol http2 = new BoundedHttp2Protocol();
        http2.setMaxConcurrentStreams(100);
        http2.setMaxConcurrentStreamExecution(8);
        http2.setStreamReadTimeout(BODY_MILLIS);
        made.connector.addUpgradeProtocol(http2);
        SSLHostConfig host = new SSLHostConfig();
        host.setProtocols("TLSv1.2+TLSv1.3");
        host.setCiphers(CIPHERS);
        host.setHonorCipherOrder(false); // a phone without AES in hardware prefers ChaCha20
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateFile(config.certificate().toAbsolutePath().toString());
        certificate.setCertificateKeyFile(config.key().toAbsolutePath().toString());
        host.addCertificate(certificate);
        made.connector.addSslHostConfig(host);
        return made;
    }

    Connector connector() {
        return connector;
    }

    /** Limits what a connector without TLS may take. */
    void bound() {
        protocol.setMaxConnections(MAX_CONNECTIONS);
    }

    /** Checks for changed files until {@code executor} ends. */
    void watch(ScheduledExecutorService executor) {
        files.watch(executor);
    }
}
