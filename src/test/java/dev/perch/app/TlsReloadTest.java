package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.LogLines;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A certificate that is written anew piece by piece, under streams and players of playlists that are open by HTTP/1.1 and HTTP/2. */
@Timeout(180)
class TlsReloadTest {
    @TempDir
    Path work;

    /** A client with its two streams, and a player that asks for its playlist from time to time. */
    private static final class Viewer implements AutoCloseable {
        private final HttpClient streams;
        private final HttpClient player;
        private final String root;
        private final InputStream mp4;
        private final InputStream mjpeg;
        private final Mp4Body film;
        private final MultipartBody pictures;
        private final HttpClient.Version version;

        Viewer(EmbeddedTomcat server, HttpClient.Version version) throws Exception {
            this.version = version;
            root = "https://localhost:" + server.tlsPort() + "/front/";
            streams = client();
            player = client();
            mp4 = open("stream.mp4?audio=0");
            mjpeg = open("stream.mjpg");
            film = new Mp4Body(mp4);
            film.init();
            pictures = new MultipartBody(mjpeg);
        }

        private HttpClient client() throws Exception {
            return HttpClient.newBuilder()
                    .version(version)
                    .sslContext(TlsServerTest.trusting())
                    .build();
        }

        private InputStream open(String path) throws Exception {
            HttpResponse<InputStream> answer = streams.send(
                    HttpRequest.newBuilder(URI.create(root + path)).build(), HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(200, answer.statusCode(), path);
            assertEquals(version, answer.version(), path);
            return answer.body();
        }

        /** Takes some more of each, and returns the certificate by which the playlist came. */
        String goesOn() throws Exception {
            for (int i = 0; i < 3; i++) {
                assertTrue(film.next().isPresent(), "stream.mp4 goes on");
                DemoFrames.all().number(pictures.next().jpeg());
            }
            HttpResponse<String> playlist = player.send(
                    HttpRequest.newBuilder(URI.create(root + "hls/index.m3u8")).build(),
                    HttpResponse.BodyHandlers.ofString());
            assertEquals(200, playlist.statusCode());
            assertTrue(playlist.body().startsWith("#EXTM3U"), playlist.body());
            return TlsServerTest.fingerprint(playlist.sslSession().orElseThrow());
        }

        @Override
        public void close() throws IOException {
            mp4.close();
            mjpeg.close();
        }
    }

    @Test
    void filesThatComeInPieces_areTakenWhenTheyFit_andNoStreamNotices() throws Exception {
        Path certificate = work.resolve("cert.pem");
        Path key = work.resolve("key.pem");
        selfSigned(work);
        String before = PemPair.fingerprint(certificate);
        Path other = Files.createDirectory(work.resolve("other"));
        selfSigned(other);
        String after = PemPair.fingerprint(other.resolve("cert.pem"));
        assertNotEquals(before, after);
        String whole = Files.readString(other.resolve("cert.pem"));
        String wholeKey = Files.readString(other.resolve("key.pem"));
        try (LogLines log = LogLines.of(CertificateFiles.class);
                EmbeddedTomcat server = start();
                Viewer old = new Viewer(server, HttpClient.Version.HTTP_1_1);
                Viewer young = new Viewer(server, HttpClient.Version.HTTP_2)) {
            List<Viewer> viewers = List.of(old, young);
            goOn(viewers, before);
            Files.writeString(certificate, whole.substring(0, whole.length() / 2));
            awaitKept(log, 1);
            goOn(viewers, before);
            assertEquals(before, presented(server), "half of a certificate is none");
            Files.writeString(certificate, whole);
            awaitKept(log, 2);
            assertEquals(before, presented(server), "a certificate whose key has not come is not taken");
            Files.writeString(key, wholeKey.substring(0, wholeKey.length() / 2));
            awaitKept(log, 3);
            goOn(viewers, before);
            assertEquals(before, presented(server), "half of a key is none");
            Files.writeString(key, wholeKey);
            Await.until(60, () -> after.equals(presented(server)), () -> "not replaced: " + log.lines());
            goOn(viewers, before);
            assertTrue(log.lines().get(3).contains("HTTP: the certificate was replaced"), () -> "" + log.lines());
            assertEquals(4, log.lines().size(), () -> "" + log.lines());
            try (Viewer newcomer = new Viewer(server, HttpClient.Version.HTTP_2)) {
                assertEquals(after, newcomer.goesOn());
            }
        }
    }

    /** A player's connection that stays open keeps what it began with. */
    private static void goOn(List<Viewer> viewers, String certificate) throws Exception {
        for (Viewer viewer : viewers) {
            assertEquals(certificate, viewer.goesOn());
        }
    }

    private static void awaitKept(LogLines log, int count) {
        Await.until(
                60,
                () -> log.lines().stream()
                                .filter(line -> line.contains("HTTP: the certificate before is kept: server.tls."))
                                .count()
                        >= count,
                () -> count + " lines that tell why, not " + log.lines());
    }

    private static void selfSigned(Path folder) {
        CommandLine command = CommandLine.parse("tls", "self-signed", folder.toString(), "localhost");
        assertEquals(0, CommandAnswers.answer(command, new PrintStream(PrintStream.nullOutputStream()), System.err));
    }

    private EmbeddedTomcat start() throws Exception {
        String yaml = """
                server:
                  address: 127.0.0.1
                  port: 0
                  tls: { certificate: "%s", key: "%s", port: 0 }
                cameras: { front: { demo: true } }
                """.formatted(work.resolve("cert.pem"), work.resolve("key.pem"));
        PerchConfig config = PerchConfig.load(Files.writeString(work.resolve("perch.yml"), yaml));
        return EmbeddedTomcat.start(config, Path.of("webapp").toAbsolutePath(), work.resolve("tomcat"));
    }

    private static String presented(EmbeddedTomcat server) {
        try (Socket socket = TlsServerTest.trusting().getSocketFactory().createSocket("127.0.0.1", server.tlsPort())) {
            socket.setSoTimeout(60_000);
            ((SSLSocket) socket).startHandshake();
            return TlsServerTest.fingerprint(((SSLSocket) socket).getSession());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
