package dev.perch.app;

import dev.perch.config.PerchConfig;
import dev.perch.media.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HexFormat;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** The program alone that speaks RTMP over TLS, with a certificate for {@code localhost} alone; camera {@code front} is published to. */
final class RtmpsServer implements AutoCloseable {
    private final Path folder;
    private final EmbeddedTomcat tomcat;
    private final int port;

    private RtmpsServer(Path folder, EmbeddedTomcat tomcat, int port) {
        this.folder = folder;
        this.tomcat = tomcat;
        this.port = port;
    }

    /** A certificate and its key, made once for all tests of this JVM: each takes a program. */
    private static final class Pair {
        static final Pair FIRST = new Pair(); // with the class, which the first server loads

        private final Bytes certificate;
        private final Bytes key;

        private Pair() {
            try {
                Path folder = Files.createTempDirectory("perch-pair");
                selfSigned(folder, "localhost");
                certificate = taken(folder.resolve("cert.pem"));
                key = taken(folder.resolve("key.pem"));
                Files.delete(folder);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private static Bytes taken(Path file) throws IOException {
            Bytes bytes = Bytes.copyOf(Files.readAllBytes(file));
            Files.delete(file);
            return bytes;
        }
    }

    static RtmpsServer start(Path folder) throws Exception {
        Files.write(folder.resolve("cert.pem"), Pair.FIRST.certificate.toArray());
        Files.write(folder.resolve("key.pem"), Pair.FIRST.key.toArray());
        int plain = freePort();
        int secure = freePort();
        String yaml = """
                server:
                  address: 127.0.0.1
                  port: 0
                  tls: { certificate: "%s", key: "%s", port: 0 }
                rtmp: { address: 127.0.0.1, port: %d, tls-port: %d }
                cameras:
                  front: { publish: true, publish-key: k3y }
                """.formatted(folder.resolve("cert.pem"), folder.resolve("key.pem"), plain, secure);
        PerchConfig config = PerchConfig.load(Files.writeString(folder.resolve("perch.yml"), yaml));
        return new RtmpsServer(
                folder,
                EmbeddedTomcat.start(config, Path.of("webapp").toAbsolutePath(), folder.resolve("tomcat")),
                secure);
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Makes {@code cert.pem} and {@code key.pem} in a folder. */
    static void selfSigned(Path folder, String name) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        if (CommandAnswers.answer(CommandLine.parse("tls", "self-signed", folder.toString(), name), out, out) != 0) {
            throw new AssertionError(said.toString(StandardCharsets.UTF_8));
        }
    }

    /** Returns what trusts these certificates alone. */
    static SSLContext trusting(Path... certificates) throws Exception {
        KeyStore known = KeyStore.getInstance("PKCS12");
        known.load(null, null);
        for (Path each : certificates) {
            known.setCertificateEntry(each.toString(), PemPair.certificate(each));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(known);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    int port() {
        return port;
    }

    String url(String camera) {
        return "rtmps://localhost:" + port + "/live/" + camera;
    }

    Path certificate() {
        return folder.resolve("cert.pem");
    }

    /** Puts another certificate and key in the place of those. */
    void replaceCertificate() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        selfSigned(other, "localhost");
        Files.move(other.resolve("cert.pem"), certificate(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.move(
                other.resolve("key.pem"), folder.resolve("key.pem"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    SSLSocket connect(SSLContext context) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout(60_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    /** Returns the fingerprint of what it shows now. */
    String presented(SSLContext context) {
        try (SSLSocket socket = connect(context)) {
            socket.startHandshake();
            byte[] own = socket.getSession().getPeerCertificates()[0].getEncoded();
            return HexFormat.ofDelimiter(":")
                    .withUpperCase()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(own));
        } catch (Exception unlike) {
            return unlike.toString();
        }
    }

    /** Returns the answer of the web's port. */
    String get(String path) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), tomcat.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("GET /" + path + " HTTP/1.0\r\nHost: localhost\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    @Override
    public void close() {
        tomcat.close();
    }
}
