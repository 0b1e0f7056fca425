package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.camera.Camera;
import dev.perch.media.Bytes;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import dev.perch.source.DemoSource;
import dev.perch.testing.Answer;
import dev.perch.testing.Await;
import dev.perch.testing.DemoFrames;
import dev.perch.testing.Mp4Body;
import dev.perch.testing.MultipartBody;
import dev.perch.testing.NalUnits;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.testing.TestCameras;
import dev.perch.testing.Tool;
import dev.perch.testing.WebSocketClient;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.catalina.Context;
import org.apache.catalina.Engine;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http2.Http2Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connector with TLS, by HTTP/1.1 and HTTP/2: there is no socket to be had, and all techniques play all the same. */
@Tag("players") // it takes some seconds
@Isolated("it listens to the log")
@Execution(ExecutionMode.CONCURRENT)
class TlsTest {
    private static final DemoFrames DEMO = DemoFrames.all();
    private static final String PASSWORD = "changeit";

    @TempDir
    Path work;

    private final ArenaPool pool = TestCameras.pool(64 << 20);
    private final Camera camera = TestCameras.camera(new DemoSource("fake", pool), pool);
    private final Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
    private final Queue<String> log = new ConcurrentLinkedQueue<>();
    private final Logger logger = Logger.getLogger("dev.perch.web.line.Handover");
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            log.add(entry.getMessage());
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };
    private int connections; // of HTTP/2 that the client keeps
    private SSLContext trusting;
    private PerchServer server;

    @SuppressWarnings("NullAway.Init") // set before each test
    TlsTest() {}

    @BeforeEach
    void start() throws Exception {
        Path keys = work.resolve("keys");
        makeKey(keys);
        trusting = trusting(keys);
        logger.addHandler(listening);
        CaptureException absent = new CaptureException(CaptureException.Kind.ABSENT, "It was unplugged.");
        Camera lost = TestCameras.camera(
                "lost",
                new ScriptedSource(PixelFormat.H264, PixelFormat.JPEG).failing(absent),
                pool,
                OptionalLong.empty());
        Camera raw = TestCameras.camera("jpegs", new ScriptedSource(PixelFormat.YUYV), pool, OptionalLong.empty());
        server = PerchServer.of(pool, camera, lost, raw)
                .inTomcat(context -> addTls(context, keys))
                .start(work);
    }

    private static void makeKey(Path keys) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=DNS:localhost",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        keys.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, keytool.waitFor());
    }

    private static SSLContext trusting(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(keys)) {
            store.load(file, PASSWORD.toCharArray());
        }
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("server", store.getCertificate("mykey"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(certificates);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private void addTls(Context context, Path keys) {
        connector.setPort(0);
        connector.setScheme("https");
        connector.setSecure(true);
        assertTrue(connector.setProperty("SSLEnabled", "true"));
        SSLHostConfig host = new SSLHostConfig();
        SSLHostConfigCertificate certificate =
                new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
        certificate.setCertificateKeystoreFile(keys.toString());
        certificate.setCertificateKeystorePassword(PASSWORD);
        host.addCertificate(certificate);
        connector.addSslHostConfig(host);
        connector.addUpgradeProtocol(new Http2Protocol());
        ((Engine) context.getParent().getParent()).getService().addConnector(connector);
    }

    @AfterEach
    void everythingIsGivenBack() {
        Await.until(5, () -> camera.watchers() == 0, () -> "watchers=" + camera.watchers());
        AbstractProtocol<?> protocol = (AbstractProtocol<?>) connector.getProtocolHandler();
        Await.until(
                5,
                () -> protocol.getWaitingProcessorCount() <= connections,
                () -> "waiting processors=" + protocol.getWaitingProcessorCount());
        server.close();
        logger.removeHandler(listening);
        assertEquals(0, pool.openArenas());
        assertEquals(
                0,
                pool.budget().leasedBytes(),
                () -> pool.budget().leasedByHolder().toString());
    }

    private HttpResponse<InputStream> get(HttpClient client, String target) throws Exception {
        return send("GET", client, target);
    }

    private HttpResponse<InputStream> send(String method, HttpClient client, String target) throws Exception {
        connections = client.version() == Version.HTTP_2 ? 1 : 0;
        URI address = URI.create("https://localhost:" + connector.getLocalPort() + target);
        HttpRequest request = HttpRequest.newBuilder(address)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20))
                .build();
        HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(client.version(), answer.version());
        boolean http2 = answer.version() == Version.HTTP_2; // which has no such field (RFC 9113 §8.2.2)
        assertEquals(
                !http2 && !target.startsWith("/ws"),
                answer.headers().firstValue("Connection").isPresent(),
                () -> answer.headers().toString());
        return answer;
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void allTechniquesPlay(Version version) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting).version(version).build();
        assertEquals(200, send("HEAD", client, "/stream.mp4").statusCode());
        HttpResponse<InputStream> snapshot = get(client, "/snapshot.jpg");
        assertEquals(200, snapshot.statusCode());
        assertTrue(DEMO.number(Bytes.copyOf(snapshot.body().readAllBytes())) >= 0);

        InputStream multipart = get(client, "/stream.mjpg?duration=1").body();
        MultipartBody parts = MultipartBody.ending(new BufferedInputStream(multipart));
        int count = 0;
        for (; !parts.atEnd(); count++) {
            assertTrue(DEMO.number(parts.next().jpeg()) >= 0);
        }
        assertTrue(count >= 2, "parts=" + count);

        byte[] annexB = get(client, "/stream.h264?duration=1").body().readAllBytes();
        assertConsecutive(NalUnits.accessUnits(NalUnits.ofAnnexB(annexB)).stream()
                .map(DEMO::number)
                .toList());

        Mp4Body mp4 = new Mp4Body(get(client, "/stream.mp4?duration=1").body());
        mp4.init();
        List<Integer> numbers = new ArrayList<>();
        for (var fragment = mp4.next(); fragment.isPresent(); fragment = mp4.next()) {
            numbers.add(DEMO.number(fragment.get().nals()));
        }
        assertConsecutive(numbers);
        assertTheLogSaysSo();
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void answersWithoutABody_end(Version version) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().sslContext(trusting).version(version).build();
        assertEquals(302, status(client, "GET", "/" + camera.id()));
        assertEquals(200, status(client, "HEAD", "/stats"));
        assertEquals(404, status(client, "HEAD", "/nothing"));
        assertEquals(204, status(client, "OPTIONS", "/stats"));
        assertEquals(200, status(client, "HEAD", "/snapshot.jpg"));
    }

    /** Refusals too have none of the fields that belong to a connection of HTTP/1.x (RFC 9113 §8.2.2): clients take them for an error of the protocol. */
    @Test
    void refusalsByHttp2_haveNoFieldOfTheConnection() throws Exception {
        Map<String, Integer> refused = new LinkedHashMap<>();
        refused.put("GET /none/stream.mp4", 404);
        refused.put("GET /fake/stream.mp4?duration=never", 400);
        refused.put("GET /fake/stream.mjpg?fps=0", 400);
        refused.put("GET /fake/snapshot.jpg?max-age=never", 400);
        refused.put("POST /fake/stream.mp4", 405);
        refused.put("PUT /fake/snapshot.jpg", 405);
        refused.put("DELETE /fake/hls/index.m3u8", 405);
        refused.put("PUT /fake/controls", 404);
        refused.put("GET /lost/stream.mp4", 503);
        refused.put("GET /lost/stream.mjpg", 503);
        refused.put("GET /lost/snapshot.jpg", 503);
        refused.put("GET /lost/hls/stream.m3u8", 503);
        refused.put("GET /jpegs/stream.h264", 409);
        refused.put("HEAD /jpegs/stream.mp4", 409);
        refused.put("GET /lost/ws", 501);
        for (Map.Entry<String, Integer> each : refused.entrySet()) {
            String[] words = each.getKey().split(" ", 2);
            List<String> curl = curl(words[0], words[1]);
            assertEquals(List.of("HTTP/2 " + each.getValue()), curl.subList(0, 1), each.getKey() + " " + curl);
            for (String field : curl) {
                assertFalse(
                        field.toLowerCase(Locale.ROOT)
                                .matches("(connection|keep-alive|proxy-connection|transfer-encoding|upgrade):.*"),
                        each.getKey() + " " + curl);
            }
        }
    }

    /** Returns the head of an answer as curl tells it; what breaks the protocol it does not take. */
    private List<String> curl(String method, String target) throws Exception {
        List<String> words = new ArrayList<>(List.of("curl", "-sk", "--http2", "--max-time", "30", "-D", "-"));
        words.addAll(List.of("-o", work.resolve("body").toString()));
        words.addAll(method.equals("HEAD") ? List.of("--head") : List.of("-X", method));
        words.add("https://localhost:" + connector.getLocalPort() + target);
        return Tool.lines(words.toArray(String[]::new)).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private int status(HttpClient client, String method, String target) throws Exception {
        connections = client.version() == Version.HTTP_2 ? 1 : 0;
        URI address = URI.create("https://localhost:" + connector.getLocalPort() + target);
        HttpRequest request = HttpRequest.newBuilder(address)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private void assertTheLogSaysSo() {
        assertTrue(log.stream().anyMatch(line -> line.contains("go through the servlet API")), log::toString);
    }

    /** Or, where a busy machine makes the source itself late, a key frame. */
    private static void assertConsecutive(List<Integer> numbers) {
        assertTrue(numbers.size() >= 5, numbers::toString);
        for (int i = 1; i < numbers.size(); i++) {
            int step = DEMO.distance(numbers.get(i - 1), numbers.get(i));
            assertTrue(step == 1 || numbers.get(i) % 30 == 0, numbers::toString);
        }
    }

    @Test
    void aWebSocketPlays_andIsClosed() throws Exception {
        try (Socket socket =
                trusting.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), connector.getLocalPort())) {
            Answer.send(socket, "GET", "/ws?format=mjpg", "1.1", WebSocketClient.handshake());
            WebSocketClient client = WebSocketClient.of(socket);
            for (int i = 0; i < 5; i++) {
                assertTrue(DEMO.number(client.message().payload()) >= 0);
            }
            client.send(WebSocketClient.CLOSE);
            while (client.next().opcode() != WebSocketClient.CLOSE) {
                // frames that were under way
            }
            assertTrue(client.atEnd());
        }
        assertTheLogSaysSo();
    }

    @Test
    void aWebSocketOverHttp2_isRefusedInWords() throws Exception {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(trusting)
                .version(Version.HTTP_2)
                .build();
        HttpResponse<InputStream> answer = get(client, "/ws");
        assertEquals(501, answer.statusCode());
        String text = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(text.contains("HTTP/1.1"), text);
        assertEquals(200, get(client, "/snapshot.jpg").statusCode());
    }
}
