package dev.perch.app;

import dev.perch.config.TlsConfig;
import dev.perch.ingest.Tls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/** The TLS of RTMP: the server's certificate, and one thread that computes handshakes and watches for a new certificate. */
final class RtmpsTls implements Tls, AutoCloseable {
    private static final List<String> PROTOCOLS = List.of("TLSv1.2", "TLSv1.3");

    /** Clients seldom return, and each stored session takes some kilobytes. */
    private static final int MOST_SESSIONS = 64;

    private final TlsConfig config;
    private final ScheduledExecutorService executor;
    private volatile SSLContext context; // set by the executor's thread, read by the port's

    private RtmpsTls(TlsConfig config, SSLContext context) {
        this.config = config;
        this.context = context;
        this.executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "perch-rtmps-tls");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Loads the certificate.
     *
     * @throws IOException if it or its key cannot be used; the message says what was found
     */
    static RtmpsTls of(TlsConfig config) throws IOException {
        try {
            RtmpsTls made = new RtmpsTls(config, context(config));
            new CertificateFiles(config, "RTMP", made::load).watch(made.executor);
            return made;
        } catch (GeneralSecurityException unfit) {
            throw new IOException("server.tls: " + unfit.getMessage(), unfit);
        }
    }

    private void load() throws IOException, GeneralSecurityException {
        context = context(config);
    }

    private static SSLContext context(TlsConfig config) throws IOException, GeneralSecurityException {
        char[] none = new char[0];
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, none);
        store.setKeyEntry("perch", PemPair.key(config.key()), none, PemPair.chain(config.certificate()));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, none);
        SSLContext made = SSLContext.getInstance("TLS");
        made.init(keys.getKeyManagers(), null, null);
        made.getServerSessionContext().setSessionCacheSize(MOST_SESSIONS);
        return made;
    }

    /** Returns an engine that offers ciphers with forward secrecy and authenticated encryption, as the HTTP port does. */
    @Override
    public SSLEngine engine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(PROTOCOLS.toArray(String[]::new));
        engine.setEnabledCipherSuites(Stream.of(engine.getSupportedCipherSuites())
                .filter(RtmpsTls::strong)
                .toArray(String[]::new));
        return engine;
    }

    private static boolean strong(String suite) {
        String name = suite.toUpperCase(Locale.ROOT);
        boolean secret =
                name.startsWith("TLS_ECDHE_") || name.startsWith("TLS_AES_") || name.startsWith("TLS_CHACHA20_");
        return secret && (name.contains("_GCM_") || name.contains("CHACHA20"));
    }

    @Override
    public Executor handshakes() {
        return executor;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
