package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** RTMP over TLS, and what strangers may do to its handshakes. */
@Timeout(180)
class RtmpsTest {
    private static final int HANDSHAKE_BYTES = 1536; // RTMP 1.0 §5.2.3

    /** As many as the port lets say nothing at once. */
    private static final int MOST_HANDSHAKES = 64;

    @TempDir
    private Path folder = Path.of("");

    private RtmpsServer server;
    private SSLContext trusting;

    @BeforeEach
    void start() throws Exception {
        server = RtmpsServer.start(folder);
        trusting = RtmpsServer.trusting(server.certificate());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Sends C0 and C1, and reads S0, S1 and S2. */
    private static void greet(Socket socket) throws IOException {
        byte[] hello = new byte[1 + HANDSHAKE_BYTES];
        hello[0] = 3;
        socket.getOutputStream().write(hello);
        byte[] answer = socket.getInputStream().readNBytes(1 + 2 * HANDSHAKE_BYTES);
        assertEquals(1 + 2 * HANDSHAKE_BYTES, answer.length, "the server has closed the connection");
        assertEquals(3, answer[0]);
    }

    @Test
    void bothVersions_speak_andANewCertificateIsTaken_underOpenConnections() throws Exception {
        try (SSLSocket old = server.connect(trusting);
                SSLSocket recent = server.connect(trusting)) {
            old.setEnabledProtocols(new String[] {"TLSv1.2"});
            greet(old);
            assertEquals("TLSv1.2", old.getSession().getProtocol());
            greet(recent);
            assertEquals("TLSv1.3", recent.getSession().getProtocol());
            server.replaceCertificate();
            SSLContext then = RtmpsServer.trusting(server.certificate());
            String wanted = PemPair.fingerprint(server.certificate());
            Await.until(60, () -> server.presented(then).equals(wanted), () -> server.presented(then));
            for (SSLSocket each : List.of(old, recent)) { // S2 is answered by C2, and the connection lives
                each.getOutputStream().write(new byte[HANDSHAKE_BYTES]);
                each.setSoTimeout(300);
                assertThrows(
                        java.net.SocketTimeoutException.class,
                        () -> each.getInputStream().read());
            }
        }
    }

    /** A socket whose bytes leave one by one. */
    private static final class Dripping extends Socket {
        Dripping(int port) throws IOException {
            super(InetAddress.getLoopbackAddress(), port);
            setTcpNoDelay(true);
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            return new FilterOutputStream(super.getOutputStream());
        }
    }

    @Test
    void handshakeByteByByte_isTaken() throws Exception {
        try (Socket plain = new Dripping(server.port());
                SSLSocket slow =
                        (SSLSocket) trusting.getSocketFactory().createSocket(plain, "localhost", server.port(), true)) {
            slow.setSoTimeout(60_000);
            greet(slow);
        }
    }

    /** A client of TLS 1.2 that would have the server compute for ever. */
    @Test
    void secondHandshakeOfAConnection_endsIt() throws Exception {
        try (SSLSocket old = server.connect(trusting)) {
            old.setEnabledProtocols(new String[] {"TLSv1.2"});
            greet(old);
            assertThrows(IOException.class, () -> {
                old.startHandshake();
                greet(old);
            });
        }
        try (SSLSocket next = server.connect(trusting)) {
            greet(next);
        }
    }

    @Test
    void thoseWhoSayNothing_andThoseWhoSpeakOtherwise_makeRoom() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * MOST_HANDSHAKES; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), server.port()));
            }
            try (Socket other = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                other.setSoTimeout(60_000);
                other.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                int first = other.getInputStream().read();
                assertTrue(first == -1 || first == 0x15, "an alert (RFC 8446 §6), or the end: " + first);
            }
            try (SSLSocket one = server.connect(trusting)) {
                greet(one);
            }
            silent.get(0).setSoTimeout(60_000);
            assertEquals(-1, silent.get(0).getInputStream().read(), "the oldest made room");
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }
}
