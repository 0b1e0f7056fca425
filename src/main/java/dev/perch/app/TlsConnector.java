package dev.perch.app;

import dev.perch.config.TlsConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.jspecify.annotations.Nullable;

/** The connector with TLS of the program that runs alone. It takes a new certificate as soon as its files have changed; streams that are open go on with the old one. */
final class TlsConnector {
    private static final System.Logger LOG = System.getLogger(TlsConnector.class.getName());

    /** Those with forward secrecy and authenticated encryption; of TLS 1.3 all are. */
    private static final String CIPHERS = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
            + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
            + "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

    /** A connection takes four times as much memory as one without TLS. */
    private static final int MAX_CONNECTIONS = 512;

    /** As long as a thread waits for more of a short body; a publisher's is read without waiting. */
    private static final long BODY_MILLIS = 2_000;

    private static final long LOOK_SECONDS = 2;

    /** What can be seen of the two files without reading them. */
    private record Stamp(List<FileTime> modified, List<Long> sizes, List<Path> real) {
        static Stamp of(TlsConfig config) throws IOException {
            Path certificate = config.certificate().toRealPath();
            Path key = config.key().toRealPath();
            return new Stamp(
                    List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key)),
                    List.of(Files.size(certificate), Files.size(key)),
                    List.of(certificate, key));
        }
    }

    private final TlsConfig config;
    private final Connector connector;
    private final Http11NioProtocol protocol;
    private @Nullable Stamp loaded; // of the executor's thread once it runs, as the next
    private String told = "";

    private TlsConnector(TlsConfig config, RoomyEndpoint endpoint) {
        this.config = config;
        this.protocol = new Http11NioProtocol(endpoint);
        this.connector = new Connector(protocol);
    }

    /**
     * Makes it; it listens when its server starts.
     *
     * @throws IOException if the certificate and its key cannot be used; the message says what was found
     */
    static TlsConnector of(TlsConfig config, RoomyEndpoint endpoint) throws IOException {
        PemPair.check(config.certificate(), config.key());
        TlsConnector made = new TlsConnector(config, endpoint);
        made.connector.setPort(config.port());
        made.connector.setScheme("https");
        made.connector.setSecure(true);
        made.protocol.setSSLEnabled(true);
        Http2Protocol http2 = new Http2Protocol();
        http2.setMaxConcurrentStreams(100);
        http2.setMaxConcurrentStreamExecution(8);
        http2.setStreamReadTimeout(BODY_MILLIS);
        made.connector.addUpgradeProtocol(http2);
        SSLHostConfig host = new SSLHostConfig();
        host.setProtocols("TLSv1.2+TLSv1.3");
        host.setCiphers(CIPHERS);
        host.setHonorCipherOrder(false); // a telephone without AES in hardware prefers ChaCha20
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateFile(config.certificate().toAbsolutePath().toString());
        certificate.setCertificateKeyFile(config.key().toAbsolutePath().toString());
        host.addCertificate(certificate);
        made.connector.addSslHostConfig(host);
        made.loaded = Stamp.of(config);
        return made;
    }

    Connector connector() {
        return connector;
    }

    /** Bounds what a connector without TLS may take. */
    void bound() {
        protocol.setMaxConnections(MAX_CONNECTIONS);
    }

    /** Looks for changed files until {@code executor} ends. */
    void watch(ScheduledExecutorService executor) {
        ScheduledFuture<?> unused =
                executor.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Loads the files if they have changed; those that do not fit together yet are tried again. */
    private void look() {
        try {
            Stamp present = Stamp.of(config);
            if (present.equals(loaded)) {
                return;
            }
            PemPair.check(config.certificate(), config.key());
            protocol.reloadSslHostConfigs();
            loaded = present;
            told = "";
            LOG.log(
                    Level.INFO,
                    "The certificate was replaced; its fingerprint is {0}",
                    PemPair.fingerprint(config.certificate()));
        } catch (IOException | RuntimeException unfit) {
            String why = String.valueOf(unfit.getMessage());
            if (!why.equals(told)) {
                told = why;
                LOG.log(Level.WARNING, "The certificate before is kept: {0}", why);
            }
        }
    }
}
