package dev.perch.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.AccessConfig;
import dev.perch.config.AddressRange;
import dev.perch.config.AddressRules;
import dev.perch.config.Origins;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.media.PixelFormat;
import dev.perch.source.Source;
import dev.perch.testing.PerchServer;
import dev.perch.testing.ScriptedSource;
import dev.perch.v4l2.FakeControls;
import dev.perch.v4l2.FakeV4l2;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.catalina.Valve;
import org.apache.catalina.valves.RemoteIpValve;
import org.junit.jupiter.api.Test;

/** Who may what, from the socket to the answer. */
class EdgeTest {
    private static final String BODY = "{\"brightness\": 1}";
    private static final String HANDSHAKE = """
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
            """;

    private static ServerConfig server(String address, Set<String> origins, AddressRange... trusted) {
        return new ServerConfig(address, 0, "", List.of(trusted), new Origins(origins.contains("any"), origins));
    }

    private static AddressRange loopback() {
        return new AddressRange(InetAddress.getLoopbackAddress(), 32);
    }

    private static ScriptedSource controlled() {
        return ScriptedSource.steady(PixelFormat.MJPG).controlledBy(new FakeV4l2().controls(new FakeControls()));
    }

    /** The head of the answer to a request with these lines, without a client between. */
    private static String ask(PerchServer site, String start, String lines) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), site.address().getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write((start + " HTTP/1.1\r\n" + lines + "\r\n").getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int read = socket.getInputStream().read();
                if (read < 0) {
                    break;
                }
                head.append((char) read);
            }
            return head.toString();
        }
    }

    private static String put(PerchServer site, String lines) throws IOException {
        return ask(
                site,
                "PUT /cams/front/controls",
                lines + "Connection: close\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY);
    }

    @Test
    void remoteIpValve_makesNobodyTheOperator() throws Exception {
        RemoteIpValve valve = new RemoteIpValve(); // 127.0.0.1 is one of its internal proxies
        try (PerchServer site = start(controlled(), server("127.0.0.1", Set.of()), valve)) {
            for (String header : List.of(
                    "X-Forwarded-For: 127.0.0.1",
                    "X-Forwarded-For: 127.0.0.1, 203.0.113.9",
                    "X-Forwarded-Proto: http")) {
                String answer = put(site, "Host: localhost\r\n" + header + "\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
            }
        }
        try (PerchServer site = start(controlled(), server("127.0.0.1", Set.of()))) {
            assertTrue(put(site, "Host: localhost\r\n").startsWith("HTTP/1.1 200 "));
        }
    }

    @Test
    void loopbackOnly_foreignHost_isMisdirected() throws Exception {
        try (PerchServer site = start(controlled(), server("127.0.0.1", Set.of()))) {
            for (String host : List.of("evil.example", "127.0.0.1.evil.example:8080", "192.168.1.7")) {
                String answer = ask(site, "GET /cams/stats", "Host: " + host + "\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 421 "), answer);
                // what a page can add by itself changes nothing
                answer =
                        ask(site, "GET /cams/front/snapshot.jpg", "Host: " + host + "\r\nX-Forwarded-For: 1.2.3.4\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 421 "), answer);
            }
            for (String host : List.of("localhost:8080", "127.0.0.1", "perch.localhost", "[::1]:8080")) {
                String answer = ask(site, "GET /cams/stats", "Host: " + host + "\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            }
        }
    }

    @Test
    void byATrustedProxy_orAsConfigured_anyHostIsAnswered() throws Exception {
        for (ServerConfig server : List.of(
                server("127.0.0.1", Set.of(), loopback()),
                server("0.0.0.0", Set.of()).calledBy(Set.of("cam.example.org")))) {
            try (PerchServer site = start(controlled(), server)) {
                String answer = ask(site, "GET /cams/stats", "Host: cam.example.org:8080\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            }
        }
    }

    /** A web page has its own name lead to an address of the viewer's network, and asks as a page of the same origin (DNS rebinding). */
    @Test
    void byItsAddressAlone_nobodyWatchesUnderAForeignName() throws Exception {
        try (PerchServer site = start(controlled(), server("0.0.0.0", Set.of()))) {
            for (String host :
                    List.of("evil.example", "127.0.0.1.evil.example:8080", "evil.local.example.", "EVIL.example")) {
                for (String path : List.of("/stats", "/front/snapshot.jpg", "/front/hls/index.m3u8", "/", "/metrics")) {
                    // nor does what such a page can add by itself help it
                    for (String more : List.of("", "X-Forwarded-For: 192.168.0.9\r\nX-Forwarded-Host: octopi\r\n")) {
                        String answer = ask(site, "GET /cams" + path, "Host: " + host + "\r\n" + more);
                        assertTrue(answer.startsWith("HTTP/1.1 403 "), host + path + ": " + answer);
                    }
                }
                String socket = ask(
                        site,
                        "GET /cams/front/ws",
                        "Host: " + host + "\r\nOrigin: http://" + host + "\r\n" + HANDSHAKE);
                assertTrue(socket.startsWith("HTTP/1.1 403 "), socket);
            }
            for (String host :
                    List.of("192.168.1.7", "[fd00::7]:8080", "octopi", "pi.local", "cam.lan:80", "localhost")) {
                String answer = ask(site, "GET /cams/stats", "Host: " + host + "\r\n");
                assertTrue(answer.startsWith("HTTP/1.1 200 "), host + ": " + answer);
            }
        }
    }

    /** A list of private addresses tells of addresses, one of everybody of everybody; a secret is none that a page has. */
    @Test
    void foreignName_countsWhereAnAddressLetsIn() throws Exception {
        String lines = "Host: evil.example\r\n";
        AddressRules.Rule some = new AddressRules.Rule(true, false, List.of(loopback()));
        AddressRules.Rule all = new AddressRules.Rule(true, true, List.of());
        ServerConfig server = new ServerConfig("0.0.0.0", 0, "s3cret");
        try (PerchServer site = start(server, some)) {
            assertTrue(ask(site, "GET /cams/stats", lines).startsWith("HTTP/1.1 403 "));
            String key = lines + "Authorization: Bearer s3cret\r\n";
            assertTrue(ask(site, "GET /cams/stats", key).startsWith("HTTP/1.1 200 "));
            assertTrue(put(site, key).startsWith("HTTP/1.1 200 "));
        }
        try (PerchServer site = start(server, all)) {
            assertTrue(ask(site, "GET /cams/stats", lines).startsWith("HTTP/1.1 200 "));
        }
    }

    private static PerchServer start(ServerConfig server, AddressRules.Rule play) throws Exception {
        return PerchServer.siteOf(PerchServer.named(Map.of("front", controlled())))
                .server(server)
                .access(new AccessConfig(
                        Optional.empty(),
                        /* containerUsers= */ false,
                        Optional.empty(),
                        Optional.empty(),
                        new AccessConfig.Lists(Optional.of(new AddressRules(List.of(play))), Optional.empty()),
                        Map.of()))
                .startInPlainTomcat();
    }

    @Test
    void webSocket_ofAForeignPage_isForbidden() throws Exception {
        try (PerchServer site = start(controlled(), server("0.0.0.0", Set.of()))) {
            for (String origin : List.of("https://example.org", "null", "http://203.0.113.9")) {
                String answer = ask(site, "GET /cams/front/ws", "Host: cam\r\nOrigin: " + origin + "\r\n" + HANDSHAKE);
                assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
            }
            for (String origin : List.of("http://cam:9999", "http://mainsail.local")) {
                String answer = ask(site, "GET /cams/front/ws", "Host: cam\r\nOrigin: " + origin + "\r\n" + HANDSHAKE);
                assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
            }
            assertTrue(
                    ask(site, "GET /cams/front/ws", "Host: cam\r\n" + HANDSHAKE).startsWith("HTTP/1.1 101 "));
        }
    }

    @Test
    void any_isReadableByAll_andOneAnswerForCaches() throws Exception {
        try (PerchServer site = start(controlled(), server("0.0.0.0", Set.of("any")))) {
            HttpResponse<String> answer = site.get("stats", "Origin", "https://example.org");
            assertEquals(Optional.of("*"), answer.headers().firstValue("Access-Control-Allow-Origin"));
            assertEquals(Optional.empty(), answer.headers().firstValue("Vary"));
        }
    }

    @Test
    void preflight_ofAPublicPageThatIsNamed_mayAskForAPrivateNetwork() throws Exception {
        try (PerchServer site = start(controlled(), server("0.0.0.0", Set.of("https://example.org")))) {
            String[] asked = {
                "Origin",
                "",
                "Access-Control-Request-Private-Network",
                "true",
                "Access-Control-Request-Headers",
                "range"
            };
            asked[1] = "https://example.org";
            HttpResponse<String> named = site.send("OPTIONS", "front/stream.mp4", asked);
            assertEquals(Optional.of("true"), named.headers().firstValue("Access-Control-Allow-Private-Network"));
            assertEquals(Optional.of("*"), named.headers().firstValue("Access-Control-Allow-Headers"));
            asked[1] = "https://example.com";
            HttpResponse<String> other = site.send("OPTIONS", "front/stream.mp4", asked);
            assertEquals(204, other.statusCode());
            assertTrue(other.headers().map().keySet().stream().noneMatch(name -> name.startsWith("access-control")));
        }
    }

    @Test
    void page_isFramedByWhoMayRead_andHasNoInlineScript() throws Exception {
        try (PerchServer site = start(controlled(), server("0.0.0.0", Set.of("https://example.org")))) {
            String policy = policy(site.get("", "Referer", "http://192.168.1.20:4408/dashboard"));
            assertTrue(policy.contains("default-src 'self'") && !policy.contains("unsafe-inline"), policy);
            String ancestors = policy.replaceFirst(".*frame-ancestors ", "");
            for (String source : List.of(
                    "'self'",
                    "http://127.0.0.1:*",
                    "http://*.local:*",
                    "https://example.org",
                    "http://192.168.1.20:4408")) {
                assertTrue((" " + ancestors + " ").contains(" " + source + " "), ancestors);
            }
            assertFalse(policy(site.get("", "Referer", "https://evil.example/x?http://192.168.1.20"))
                    .contains("evil"));
            assertFalse(policy(site.get("", "Referer", "http://10.0.0.1; script-src *"))
                    .contains("script-src *"));
        }
    }

    @Test
    void pageOfAnError_isFramedByTheSame_andVariesByWhatIsAskedFor() throws Exception {
        try (PerchServer site = start(controlled(), server("0.0.0.0", Set.of("https://example.org")))) {
            HttpResponse<String> page = site.get("nothing", "Accept", "text/html", "Referer", "http://octopi/");
            assertEquals(404, page.statusCode());
            String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
            assertTrue(policy.contains("frame-ancestors 'self' ") && policy.contains(" https://example.org"), policy);
            assertTrue(policy.contains(" http://octopi") && !policy.contains("unsafe-inline"), policy);
            assertEquals(Optional.of("Accept, Origin"), page.headers().firstValue("Vary"));
        }
    }

    private static String policy(HttpResponse<String> page) {
        assertEquals(200, page.statusCode());
        return page.headers().firstValue("Content-Security-Policy").orElse("");
    }

    private static PerchServer start(Source front, ServerConfig server, Valve... valves) throws Exception {
        return PerchServer.siteOf(PerchServer.named(Map.of("front", front)))
                .server(server)
                .inTomcat(context -> List.of(valves).forEach(context.getParent().getPipeline()::addValve))
                .startInPlainTomcat();
    }
}
