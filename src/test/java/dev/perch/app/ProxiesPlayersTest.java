package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.AddressRange;
import dev.perch.config.Origins;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.testing.Answer;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Perch behind the usual proxies: nobody becomes the operator by them, and everything goes through. */
@Tag("players")
@Timeout(60)
class ProxiesPlayersTest {
    private static final AddressRange THIS_MACHINE = new AddressRange(InetAddress.getLoopbackAddress(), 32);

    @TempDir
    Path work;

    private PerchServer perch(String name, List<AddressRange> trusted) throws Exception {
        ServerConfig server = new ServerConfig("127.0.0.1", 0, "", trusted, Origins.none());
        return PerchServer.start(PerchServer.config(TestCameras.demo("demo")).withServer(server), work.resolve(name));
    }

    /** The status of the answer; the demo has no controls, so that 404 would be an operator's. */
    private static String status(int port, String start, String... lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(15_000);
            String request = start + " HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return Answer.line(socket.getInputStream()).replaceFirst("HTTP/1.1 (\\d+).*", "$1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void localhostThroughAProxy_isNobodysPrivilege(ReverseProxy.Kind kind) throws Exception {
        for (boolean trusted : new boolean[] {false, true}) {
            String name = kind + "-" + trusted;
            try (PerchServer perch = perch(name, trusted ? List.of(THIS_MACHINE) : List.of());
                    ReverseProxy proxy = ReverseProxy.start(kind, perch.port(), work.resolve(name + "-proxy"))) {
                String put = "PUT /demo/controls";
                // a proxy that is named and a program on the same machine cannot be told apart
                assertEquals(
                        trusted ? "403" : "404", status(perch.port(), put, "Host: localhost", "Content-Length: 0"));
                assertEquals("403", status(proxy.port(), put, "Host: localhost", "Content-Length: 0"), name);
                for (String forged :
                        List.of("X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "X-Real-IP: ::1")) {
                    assertEquals(
                            "403",
                            status(proxy.port(), put, "Host: localhost", forged, "Content-Length: 0"),
                            name + forged);
                }
                assertEquals(
                        trusted ? "200" : "421", status(proxy.port(), "GET /stats", "Host: cam.example.org"), name);
                assertTrueStreams(proxy.port(), trusted ? "cam.example.org" : "localhost", name);
            }
        }
    }

    /** What the sample keeps for one page is not given to another. */
    @Test
    void cachedAnswers_areEachForTheirOrigin() throws Exception {
        try (PerchServer perch = perch("cache", List.of(THIS_MACHINE));
                ReverseProxy proxy =
                        ReverseProxy.start(ReverseProxy.Kind.NGINX, perch.port(), work.resolve("cache-proxy"))) {
            String playlist;
            try (Answer media = Answer.get(proxy.port(), "/demo/hls/stream.m3u8")) {
                byte[] text = new byte[Integer.parseInt(media.header("Content-Length"))];
                for (int i = 0; i < text.length; i++) {
                    text[i] = (byte) media.body().read();
                }
                playlist = new String(text, StandardCharsets.UTF_8);
            }
            String init = "/demo/hls/" + playlist.replaceFirst("(?s).*EXT-X-MAP:URI=\"([^\"]*)\".*", "$1");
            String[] origins = {
                "http://mainsail.local", "https://evil.example", "http://octopi", "", "http://mainsail.local"
            };
            for (String origin : origins) {
                try (Answer answer =
                        Answer.get(proxy.port(), init, origin.isEmpty() ? "X-None: 1" : "Origin: " + origin)) {
                    assertEquals(200, answer.status());
                    boolean local = !origin.isEmpty() && !origin.contains("evil");
                    assertEquals(local ? origin : "", answer.header("Access-Control-Allow-Origin"), origin);
                }
            }
            try (Answer again = Answer.get(proxy.port(), init, "Origin: http://octopi")) {
                assertEquals("HIT", again.header("X-Cache"));
                assertEquals("http://octopi", again.header("Access-Control-Allow-Origin"));
            }
        }
    }

    private static void assertTrueStreams(int port, String host, String name) throws IOException {
        for (String path : List.of("/demo/snapshot.jpg", "/demo/stream.mjpg", "/demo/hls/index.m3u8")) {
            assertEquals("200", status(port, "GET " + path, "Host: " + host), name + path);
        }
        String[] handshake = {
            "Host: " + host,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            ""
        };
        handshake[5] = "Origin: http://" + host;
        assertEquals("101", status(port, "GET /demo/ws", handshake), name);
        handshake[5] = "Origin: https://evil.example";
        String refused = status(port, "GET /demo/ws", handshake);
        assertTrue(refused.equals("403"), name + ": " + refused);
    }
}
