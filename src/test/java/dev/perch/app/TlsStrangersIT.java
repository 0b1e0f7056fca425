package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.launch.RunningPerch;
import dev.perch.testing.Await;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** What one stranger can do to a stock Tomcat's connectors with TLS and HTTP/2 on a small heap, while others ask for things by both. */
@Tag("tomcat")
@Timeout(300)
@Isolated("it measures how long others wait")
class TlsStrangersIT {
    private static final String PASSWORD = "changeit";

    /** Of a busy machine: Tomcat's first hundred connections of HTTP/2 or TLS take seconds there. */
    private static final int PATIENCE_MILLIS = 20_000;

    /** The first answer waits behind all connections that were made at once; one of so many is no rule. */
    private static final int LEAST_ANSWERS = 20;

    private static final String CONNECTOR_NAME = "<Connector port=\"8080\"";

    @TempDir
    Path work;

    @Test
    void slowHandshakes_andUpgradesToHttp2_othersAreServed() throws Exception {
        Path keys = makeKey();
        int tlsPort = freePort();
        String sample = Files.readString(Path.of("conf/tomcat-connector.xml"))
                .replaceFirst("(?s)<!--.*?-->", "")
                .replace("maxConnections=\"400\"", "maxConnections=\"100\""); // as it says itself
        String upgrade = "><UpgradeProtocol className=\"org.apache.coyote.http2.Http2Protocol\"/>";
        String plain = sample.replace("/>", upgrade + "</Connector>");
        String tls = sample.replace(
                        CONNECTOR_NAME,
                        "<Connector port=\"" + tlsPort
                                + "\" address=\"127.0.0.1\" SSLEnabled=\"true\" scheme=\"https\" secure=\"true\"")
                .replace(
                        "/>",
                        upgrade + "<SSLHostConfig><Certificate certificateKeystoreFile=\"" + keys
                                + "\" certificateKeystorePassword=\"" + PASSWORD
                                + "\"/></SSLHostConfig></Connector>");
        String flags = String.join(" ", StrangersIT.FLAGS);
        try (StockTomcat tomcat = StockTomcat.start(work, plain + tls, StrangersIT.TWO_CAMERAS, flags)) {
            tomcat.deploy(RunningPerch.war(), "cams");
            URI server = tomcat.address("cams");
            URI secure = URI.create("https://127.0.0.1:" + tlsPort + server.getPath());
            awaitService(new Bystander(server, PATIENCE_MILLIS, null), "at the start");
            awaitService(new Bystander(secure, PATIENCE_MILLIS, trusting()), "by TLS at the start");
            for (Stranger.Attack attack : upgrades(server)) {
                attack(server.getPort(), attack, new Bystander(server, PATIENCE_MILLIS, null));
            }
            for (Stranger.Attack attack : handshakes()) {
                attack(
                        tlsPort,
                        attack,
                        new Bystander(server, PATIENCE_MILLIS, null),
                        new Bystander(secure, PATIENCE_MILLIS, trusting()));
            }
            firstAnswer(server.getPort(), upgrades(server).get(0), () -> new Bystander(server, PATIENCE_MILLIS, null));
            firstAnswer(tlsPort, handshakes().get(1), () -> new Bystander(secure, PATIENCE_MILLIS, trusting()));
            awaitService(new Bystander(server, PATIENCE_MILLIS, null), "after the attacks");
            awaitService(new Bystander(secure, PATIENCE_MILLIS, trusting()), "by TLS after the attacks");
            assertFalse(tomcat.log().contains("java.lang.OutOfMemoryError"), tomcat::log);
        }
    }

    private static void awaitService(Bystander bystander, String when) {
        Await.until(
                30,
                () -> IntStream.range(0, 3).allMatch(time -> bystander.ask() == 200),
                () -> "nobody is served " + when + ": " + bystander);
    }

    private static void attack(int port, Stranger.Attack attack, Bystander... bystanders) throws Exception {
        try (Stranger stranger = new Stranger(port, attack)) {
            stranger.begin();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(attack.millis());
            while (System.nanoTime() < end || bystanders[0].answers() < LEAST_ANSWERS) {
                stranger.goOn();
                for (Bystander bystander : bystanders) {
                    bystander.ask();
                }
            }
        }
        for (Bystander bystander : bystanders) {
            System.getLogger(TlsStrangersIT.class.getName())
                    .log(System.Logger.Level.INFO, attack.name() + ": " + bystander);
            assertEquals(0, bystander.unanswered(), () -> attack.name() + ": " + bystander);
            assertTrue(bystander.mostWithin(1_000), () -> attack.name() + ": " + bystander);
        }
    }

    /**
     * Who comes right behind some four hundred connections waits until all before it are taken and let go: of five times, two for a second at most, of a
     * machine with nothing else to do.
     */
    private static void firstAnswer(int port, Stranger.Attack attack, Callable<Bystander> somebody) throws Exception {
        List<String> seen = new ArrayList<>();
        int prompt = 0;
        while (seen.size() < 5 && prompt < 2) {
            Bystander first = somebody.call();
            double busy = busy();
            try (Stranger stranger = new Stranger(port, attack)) {
                stranger.begin();
                assertEquals(200, first.ask(), first::toString);
            }
            busy = Math.max(busy, busy());
            prompt += first.slowestMillis() <= 1_000 * busy ? 1 : 0;
            seen.add(String.format(Locale.ROOT, "%d ms on a machine %.1f times as slow", first.slowestMillis(), busy));
            awaitService(somebody.call(), "after " + attack.name());
        }
        String all = attack.name() + ": the first answers behind them after " + seen;
        System.getLogger(TlsStrangersIT.class.getName()).log(System.Logger.Level.INFO, all);
        assertEquals(2, prompt, all);
    }

    /** How many times as long as alone this thread takes for something. */
    private static double busy() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begunNanos = System.nanoTime();
        long begunOwnNanos = threads.getCurrentThreadCpuTime();
        long ownNanos = 0;
        while (ownNanos < 50_000_000) {
            ownNanos = threads.getCurrentThreadCpuTime() - begunOwnNanos;
        }
        return (double) (System.nanoTime() - begunNanos) / ownNanos;
    }

    /** RFC 7540 §3.2: an upgrade by a request, then frames: settings, pings, heads without end. */
    private static List<Stranger.Attack> upgrades(URI server) {
        String upgrade = "GET " + server.getPath() + "healthz HTTP/1.1\r\nHost: localhost\r\n"
                + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n";
        String preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame("000000 04 00 00000000");
        String pings = frame("000008 06 00 00000000 0102030405060708").repeat(20);
        String settings = frame("000006 04 00 00000000 0003 00000064").repeat(20);
        String headWithoutEnd = frame("000002 01 00 00000003 8286");
        String goesOn = frame("000004 09 00 00000003 40017801");
        return List.of(
                new Stranger.Attack("upgrades, then nothing", 380, upgrade + preface, "", true, 2000),
                new Stranger.Attack(
                        "upgrades without a preface", 45, upgrade, "", false, 1500), // Tomcat closes them after 5 s
                new Stranger.Attack("upgrades and pings", 120, upgrade + preface, pings, false, 1500),
                new Stranger.Attack("upgrades and settings", 120, upgrade + preface, settings, true, 1500),
                new Stranger.Attack(
                        "heads that never end", 120, upgrade + preface + headWithoutEnd, goesOn, true, 1500),
                new Stranger.Attack("upgrades again and again", 120, upgrade, upgrade, true, 1500));
    }

    private static List<Stranger.Attack> handshakes() throws Exception {
        String hello = clientHello();
        String beginning = hello.substring(0, 9);
        return List.of(
                new Stranger.Attack("handshakes that drip", 390, beginning, hello.substring(9, 10), false, 2500),
                new Stranger.Attack("handshakes that stop", 390, hello, "", false, 2500),
                new Stranger.Attack("hello without end", 120, hello, hello, true, 1500));
    }

    private static String clientHello() throws Exception {
        SSLEngine engine = trusting().createSSLEngine("localhost", 443);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return StandardCharsets.ISO_8859_1.decode(hello.flip()).toString();
    }

    private static String frame(String hex) {
        return new String(HexFormat.of().parseHex(hex.replace(" ", "")), StandardCharsets.ISO_8859_1);
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        return context;
    }

    /** The certificate is this test's own. */
    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static Path makeKey() throws Exception {
        Path folder = Files.createTempDirectory("keys");
        Path keys = folder.resolve("keys");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        keys.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, keytool.waitFor());
        assertTrue(folder.toFile().setExecutable(true, /* ownerOnly= */ false));
        assertTrue(keys.toFile().setReadable(true, /* ownerOnly= */ false));
        return keys;
    }
}
