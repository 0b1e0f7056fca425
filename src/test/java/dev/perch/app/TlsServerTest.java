package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.MultipartBody;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.catalina.LifecycleException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program alone with TLS: certificates of its own making and of others, replaced under open streams. */
@Timeout(120)
class TlsServerTest {
    @TempDir
    Path work;

    @Test
    void selfSigned_servesByHttp2_andTheOtherPortSendsThere() throws Exception {
        String said = selfSigned(work, "localhost", "192.168.1.5");
        assertTrue(said.contains(PemPair.fingerprint(work.resolve("cert.pem"))), said);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(work.resolve("key.pem"))));
        X509Certificate made = PemPair.certificate(work.resolve("cert.pem"));
        assertEquals(2, made.getSubjectAlternativeNames().size(), () -> made.toString());
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommandLine again = CommandLine.parse("tls", "self-signed", work.toString());
        assertEquals(1, CommandAnswers.answer(again, System.out, new PrintStream(err)), "nothing is overwritten");
        assertTrue(err.toString(StandardCharsets.UTF_8).contains("is there already"), err::toString);
        try (EmbeddedTomcat server = start("redirect: true, hsts: 1h")) {
            HttpClient client = HttpClient.newBuilder().sslContext(trusting()).build();
            HttpResponse<String> page = client.send(
                    HttpRequest.newBuilder(URI.create("https://localhost:" + server.tlsPort() + "/front/snapshot.jpg"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, page.statusCode());
            assertEquals(HttpClient.Version.HTTP_2, page.version());
            assertEquals(
                    "max-age=3600",
                    page.headers().firstValue("Strict-Transport-Security").orElse(""));
            String plain = "http://localhost:" + server.port();
            HttpResponse<Void> sent = client.send(
                    HttpRequest.newBuilder(URI.create(plain + "/front/?a=b%20c"))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertEquals(308, sent.statusCode());
            assertEquals(
                    "https://localhost:" + server.tlsPort() + "/front/?a=b%20c",
                    sent.headers().firstValue("Location").orElse(""));
            HttpResponse<Void> proxied = client.send(
                    HttpRequest.newBuilder(URI.create(plain + "/healthz"))
                            .header("X-Forwarded-Proto", "https")
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
            assertEquals(200, proxied.statusCode(), "a proxy on this machine has TLS itself");
        }
    }

    @Test
    void withoutHsts_nothingIsSaidOfIt() throws Exception {
        selfSigned(work, "localhost");
        try (EmbeddedTomcat server = start("redirect: false")) {
            HttpResponse<Void> page = HttpClient.newBuilder()
                    .sslContext(trusting())
                    .build()
                    .send(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + server.tlsPort() + "/healthz"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding());
            assertFalse(page.headers().firstValue("Strict-Transport-Security").isPresent());
        }
    }

    @Test
    void framesOfHttp2ThatAskForNothing_areAnsweredByEnhanceYourCalm_andAFewAreNot() throws Exception {
        selfSigned(work, "localhost");
        String unknown = "000000 bb 00 00000000";
        String answer = "000008 06 01 00000000 0102030405060708";
        String ping = "000008 06 00 00000000 1112131415161718";
        for (String frame : List.of(unknown, answer)) {
            try (EmbeddedTomcat server = start("redirect: false");
                    SSLSocket socket = connect(server, "h2")) {
                OutputStream out = socket.getOutputStream();
                out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                send(out, "000000 04 00 00000000" + unknown.repeat(40) + answer.repeat(40) + ping);
                DataInputStream in = new DataInputStream(socket.getInputStream());
                assertEquals(
                        0x1112131415161718L,
                        awaitFrame(in, /* type= */ 6, /* flags= */ 1).getLong());
                send(out, frame.repeat(300));
                ByteBuffer goAway = awaitFrame(in, /* type= */ 7, /* flags= */ 0);
                assertEquals(0, goAway.getInt(), "no stream was begun");
                assertEquals(11, goAway.getInt(), "RFC 9113 §7: ENHANCE_YOUR_CALM");
            }
        }
    }

    /** Sixty pages are asked for by a client that lets none of their bytes come (RFC 9113 §6.9.2); Tomcat would wait 20 s for each. */
    @Test
    void streamsOfHttp2WithoutAWindow_holdNoThread() throws Exception {
        selfSigned(work, "localhost");
        try (EmbeddedTomcat server = start("redirect: false");
                SSLSocket socket = connect(server, "h2")) {
            OutputStream out = socket.getOutputStream();
            out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            StringBuilder frames = new StringBuilder("000006 04 00 00000000 0004 00000000");
            for (int stream = 1; stream < 120; stream += 2) { // GET https://localhost/
                frames.append("000010 01 05 %08x 82 87 04012f 0109".formatted(stream))
                        .append(HexFormat.of().formatHex("localhost".getBytes(StandardCharsets.US_ASCII)));
            }
            send(out, frames.toString());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            for (int begun = 0; begun < 60; begun++) {
                awaitFrame(in, /* type= */ 1, /* flags= */ 4);
            }
            HttpRequest asked = HttpRequest.newBuilder(URI.create("https://localhost:" + server.tlsPort() + "/healthz"))
                    .timeout(Duration.ofSeconds(15))
                    .build();
            assertEquals(
                    200,
                    HttpClient.newBuilder()
                            .sslContext(trusting())
                            .build()
                            .send(asked, HttpResponse.BodyHandlers.discarding())
                            .statusCode());
        }
    }

    private static void send(OutputStream out, String frames) throws IOException {
        out.write(HexFormat.of().parseHex(frames.replace(" ", "")));
    }

    /** Returns the payload of the next such frame. */
    private static ByteBuffer awaitFrame(DataInputStream in, int type, int flags) throws IOException {
        while (true) {
            int lengthAndType = in.readInt();
            int itsFlags = in.readUnsignedByte();
            in.readInt(); // the stream
            byte[] payload = in.readNBytes(lengthAndType >>> 8);
            if ((lengthAndType & 0xFF) == type && itsFlags == flags) {
                return ByteBuffer.wrap(payload);
            }
        }
    }

    @Test
    void certificateIsReplaced_openStreamsGoOn_andNewConnectionsGetTheNewOne() throws Exception {
        selfSigned(work, "localhost");
        String before = PemPair.fingerprint(work.resolve("cert.pem"));
        try (EmbeddedTomcat server = start("redirect: false");
                SSLSocket open = connect(server)) {
            assertEquals(before, fingerprint(open));
            open.getOutputStream()
                    .write("GET /front/stream.mjpg HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            MultipartBody images = new MultipartBody(open.getInputStream());
            skipHead(open);
            DemoFrames.all().number(images.next().jpeg());
            Path other = Files.createDirectory(work.resolve("other"));
            selfSigned(other, "localhost");
            Files.move(other.resolve("cert.pem"), work.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
            DemoFrames.all().number(images.next().jpeg());
            try (SSLSocket between = connect(server)) {
                assertEquals(before, fingerprint(between), "a certificate whose key has not come is not taken");
            }
            Files.move(other.resolve("key.pem"), work.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
            String after = PemPair.fingerprint(work.resolve("cert.pem"));
            assertNotEquals(before, after);
            Await.until(60, () -> after.equals(presented(server)), () -> "not replaced");
            for (int i = 0; i < 3; i++) {
                DemoFrames.all().number(images.next().jpeg());
            }
        }
    }

    @Test
    @Tag("players")
    void filesOfOpenssl_RsaWithAChain_andEc_areServedWhole() throws Exception {
        Path rsa = Files.createDirectory(work.resolve("rsa"));
        openssl(rsa, "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=Test-CA");
        openssl(rsa, "req -newkey rsa:2048 -nodes -keyout plain.key -out server.csr -subj /CN=localhost");
        openssl(rsa, "rsa -in plain.key -out key.pem -traditional"); // PKCS #1
        openssl(rsa, "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out own.pem");
        Files.writeString(
                rsa.resolve("cert.pem"),
                Files.readString(rsa.resolve("own.pem")) + Files.readString(rsa.resolve("ca.pem")));
        Path ec = Files.createDirectory(work.resolve("ec"));
        openssl(ec, "ecparam -name prime256v1 -genkey -noout -out key.pem"); // SEC 1
        openssl(ec, "req -x509 -key key.pem -out cert.pem -days 2 -subj /CN=localhost");
        for (Path folder : List.of(rsa, ec)) {
            try (EmbeddedTomcat server = start(folder, "redirect: false");
                    SSLSocket socket = connect(server)) {
                assertEquals(
                        folder.equals(rsa) ? 2 : 1, socket.getSession().getPeerCertificates().length, folder::toString);
                assertEquals(PemPair.fingerprint(folder.resolve("cert.pem")), fingerprint(socket));
            }
        }
    }

    @Test
    void filesThatDoNotServe_areToldByNameAndWhatIsAccepted() throws Exception {
        selfSigned(work, "localhost");
        Path other = Files.createDirectory(work.resolve("other"));
        selfSigned(other, "localhost");
        Path certificate = work.resolve("cert.pem");
        for (Path key : List.of(other.resolve("key.pem"), certificate, work.resolve("absent.pem"))) {
            String refused = String.valueOf(assertThrows(IOException.class, () -> PemPair.check(certificate, key))
                    .getMessage());
            assertTrue(refused.startsWith("server.tls.key: ") && refused.contains("accepted: "), refused);
            assertTrue(refused.contains(key.toString()), refused);
        }
        String refused = String.valueOf(
                assertThrows(IOException.class, () -> PemPair.check(work.resolve("key.pem"), certificate))
                        .getMessage());
        assertTrue(refused.startsWith("server.tls.certificate: found no certificate"), refused);
        Files.delete(work.resolve("key.pem"));
        Files.copy(other.resolve("key.pem"), work.resolve("key.pem"));
        assertThrows(LifecycleException.class, () -> start("redirect: false"));
    }

    private static String selfSigned(Path folder, String... names) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] words = new String[3 + names.length];
        words[0] = "tls";
        words[1] = "self-signed";
        words[2] = folder.toString();
        System.arraycopy(names, 0, words, 3, names.length);
        assertEquals(0, CommandAnswers.answer(CommandLine.parse(words), new PrintStream(out), System.err));
        return out.toString(StandardCharsets.UTF_8);
    }

    private EmbeddedTomcat start(String more) throws Exception {
        return start(work, more);
    }

    private EmbeddedTomcat start(Path folder, String more) throws Exception {
        String yaml = """
                server:
                  address: 127.0.0.1
                  port: 0
                  tls: { certificate: "%s", key: "%s", port: 0, %s }
                cameras: { front: { demo: true } }
                """.formatted(folder.resolve("cert.pem"), folder.resolve("key.pem"), more);
        PerchConfig config = PerchConfig.load(Files.writeString(work.resolve("perch.yml"), yaml));
        return EmbeddedTomcat.start(config, Path.of("webapp").toAbsolutePath(), work.resolve("tomcat"));
    }

    private static SSLSocket connect(EmbeddedTomcat server, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) trusting().getSocketFactory().createSocket("127.0.0.1", server.tlsPort());
        socket.setSoTimeout(60_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static String presented(EmbeddedTomcat server) {
        try (SSLSocket socket = connect(server)) {
            return fingerprint(socket);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    private static String fingerprint(SSLSocket socket) throws Exception {
        return fingerprint(socket.getSession());
    }

    /** Returns that of the certificate which the server has shown. */
    static String fingerprint(SSLSession session) throws Exception {
        Certificate own = session.getPeerCertificates()[0];
        byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(own.getEncoded());
        return java.util.HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
    }

    private static void skipHead(SSLSocket socket) throws IOException {
        int matched = 0;
        while (matched < 4) {
            int next = socket.getInputStream().read();
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : next == '\r' ? 1 : 0;
        }
    }

    private static void openssl(Path folder, String words) throws Exception {
        Process openssl = new ProcessBuilder(("openssl " + words).split(" ", -1))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, openssl.waitFor(), said);
    }

    /** Trusts whatever it is shown: which certificate that is, the tests look at themselves. */
    static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        return context;
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
