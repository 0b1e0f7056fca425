package dev.perch.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against servers that answer by the byte: each connection gets the next answer, and its request is kept. */
class HttpRequestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final List<AutoCloseable> open = new ArrayList<>();
    private final LinkedBlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private int serve(String... answers) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        open.add(server);
        Thread thread = new Thread(() -> {
            try {
                for (String answer : answers) {
                    Socket socket = server.accept();
                    open.add(socket);
                    List<String> lines = new ArrayList<>();
                    for (String line = Answer.line(socket.getInputStream());
                            !line.isEmpty();
                            line = Answer.line(socket.getInputStream())) {
                        lines.add(line);
                    }
                    requests.add(lines);
                    OutputStream out = socket.getOutputStream();
                    out.write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                    if (!answer.endsWith("…")) {
                        socket.shutdownOutput();
                    }
                }
            } catch (IOException closed) {
                requests.add(List.of("closed"));
            }
        });
        thread.setDaemon(true);
        thread.start();
        return server.getLocalPort();
    }

    private HttpRequest request(String address) {
        HttpRequest request =
                new HttpRequest(HttpAddress.parse(address).orElseThrow(), Map.of("Accept", "*/*"), PATIENCE, PATIENCE);
        open.add(request);
        return request;
    }

    private static String text(HttpBody body) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] bytes = new byte[3];
        for (int count = body.read(bytes, 0, bytes.length); count >= 0; count = body.read(bytes, 0, bytes.length)) {
            text.append(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }

    private List<String> asked() throws InterruptedException {
        return requests.take();
    }

    private static String header(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }

    @Test
    void send_chunkedAnswer_isJoinedAndEnds() throws Exception {
        int port = serve(String.join(
                "\r\n",
                List.of(
                        "HTTP/1.1 200 OK",
                        "Transfer-Encoding: chunked",
                        "Content-Type: Video/MP4; x=y",
                        "",
                        "5;ext=1",
                        "hello",
                        "A",
                        ", 1234567 ",
                        "0",
                        "Trailer: x",
                        "",
                        "")));
        HttpAnswer answer = request("http://127.0.0.1:" + port + "/a/b?c=d#e").send();
        assertEquals(200, answer.status());
        assertEquals("video/mp4", answer.mediaType());
        assertEquals("hello, 1234567 ", text(answer.body()));
        List<String> asked = asked();
        assertEquals("GET /a/b?c=d HTTP/1.1", asked.get(0));
        assertEquals("127.0.0.1:" + port, header(asked, "Host"));
        assertEquals("", header(asked, "Authorization"));
    }

    @Test
    void send_redirections_areFollowedAndThePasswordStaysOnItsHost() throws Exception {
        int other = serve("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and more");
        int port = serve(
                "HTTP/1.1 302 Found\r\nLocation: ../stream\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
                "HTTP/1.1 307 On\r\nLocation: http://127.0.0.1:" + other + "/there\r\n\r\n");
        HttpRequest request = request("http://us%65r:p%40ss@127.0.0.1:" + port + "/cam/front/");
        assertEquals("hi", text(request.send().body()));
        assertEquals("GET /cam/front/ HTTP/1.1", asked().get(0));
        assertEquals("GET /cam/stream HTTP/1.1", asked().get(0));
        assertEquals("Basic dXNlcjpwQHNz", header(asked(), "Authorization"));
        List<String> last = asked();
        assertEquals("GET /there HTTP/1.1", last.get(0));
        assertEquals("", header(last, "Authorization"), "the password is another host's business");
        assertFalse(request.address().toString().contains("ss"), "no secret in the text for logs");
    }

    @Test
    void send_endlessRedirections_areGivenUp() throws Exception {
        String again = "HTTP/1.1 301 Again\r\nLocation: /\r\n\r\n";
        int port = serve(again, again, again, again, again, again, again);
        HttpFormatException given = assertThrows(
                HttpFormatException.class,
                () -> request("http://127.0.0.1:" + port + "/").send());
        assertEquals("redirects without end.", given.getMessage());
        assertEquals(6, requests.size());
    }

    @Test
    void send_redirectionElsewhere_isRefused() throws Exception {
        int port = serve("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n");
        assertThrows(
                HttpFormatException.class,
                () -> request("http://127.0.0.1:" + port + "/").send());
    }

    @Test
    void send_wrongPassword_isAskedForOnceOnly() throws Exception {
        String no =
                "HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm=\"cam\", nonce=\"n\", qop=\"auth\", opaque=\"o\"\r\n\r\n";
        int port = serve(no, no);
        HttpAnswer answer = request("http://u:p@127.0.0.1:" + port + "/x").send();
        assertEquals(401, answer.status());
        asked();
        String authorization = header(asked(), "Authorization");
        assertTrue(
                authorization.startsWith("Digest username=\"u\", realm=\"cam\", nonce=\"n\", uri=\"/x\", response=\""),
                authorization);
    }

    /** RFC 7616 §3.9.1. */
    @Test
    void challenge_ofTheRfc_isAnsweredAsThere() {
        HttpAddress address = HttpAddress.parse("http://Mufasa:Circle%20of%20Life@www.example.org/dir/index.html")
                .orElseThrow();
        String common =
                "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
        String nonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        String md5 = Challenge.answer(Challenge.parse("Digest algorithm=MD5, " + common), address, "GET", nonce)
                .orElseThrow();
        assertTrue(md5.contains("response=\"8ca523f5e9506fed4657c9700eebdbec\""), md5);
        String session = Challenge.answer(
                        Challenge.parse("Digest algorithm=MD5-sess, " + common), address, "GET", nonce)
                .orElseThrow();
        assertTrue(session.contains("response=\"e783283f46242139c486a698fec7211d\""), session); // by Python's hashlib
        assertTrue(session.contains("algorithm=MD5-sess, "), session);
        String best = Challenge.answer(
                        Challenge.parse("Basic realm=\"x\", Digest algorithm=MD5, " + common
                                + ", Digest algorithm=SHA-256, " + common),
                        address,
                        "GET",
                        nonce)
                .orElseThrow();
        assertTrue(
                best.contains("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""), best);
    }

    @Test
    void send_garbage_isToldInWords() throws Exception {
        for (String garbage : List.of(
                "\0\1\2\3 nothing\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(200) + "\r\n",
                "HTTP/1.1 200 OK\r\nX: " + "y".repeat(9000) + "\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\n".repeat(20),
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n")) {
            int port = serve(garbage);
            assertThrows(
                    HttpFormatException.class,
                    () -> request("http://127.0.0.1:" + port + "/").send(),
                    garbage);
        }
    }

    @Test
    void body_wrongChunks_endIt() throws Exception {
        for (String chunks : List.of("x\r\nhello\r\n", "2\r\nhello\r\n", "fffffffffffffffff\r\n", "-1\r\n")) {
            int port = serve("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
            HttpAnswer answer = request("http://127.0.0.1:" + port + "/").send();
            assertThrows(IOException.class, () -> text(answer.body()), chunks);
        }
    }

    @Test
    void send_silence_isBorneForAsLongAsToldOnly() throws Exception {
        int port = serve("HTTP/1.1 200 OK\r\n…");
        HttpRequest request = new HttpRequest(
                HttpAddress.parse("http://127.0.0.1:" + port + "/").orElseThrow(),
                Map.of(),
                PATIENCE,
                Duration.ofMillis(100));
        open.add(request);
        assertThrows(SocketTimeoutException.class, request::send);
    }

    @Test
    void close_duringAWait_endsIt() throws Exception {
        int port = serve("HTTP/1.1 200 OK\r\n\r\n…");
        HttpRequest request = request("http://127.0.0.1:" + port + "/");
        HttpAnswer answer = request.send();
        byte[] bytes = new byte[10];
        assertEquals(1, answer.body().read(bytes, 0, bytes.length), "the bytes that follow the head");
        Thread closer = new Thread(request::close);
        closer.start();
        assertThrows(SocketException.class, () -> answer.body().read(bytes, 0, bytes.length));
        closer.join();
        assertThrows(IOException.class, request::send);
    }

    @Test
    void parse_addresses_areTakenApart() {
        HttpAddress address =
                HttpAddress.parse("HTTPS://[fd00::1]:8443?action=stream").orElseThrow();
        assertEquals("fd00::1", address.host());
        assertEquals(8443, address.port());
        assertEquals("/?action=stream", address.target());
        assertTrue(address.secure());
        assertEquals("[fd00::1]:8443", address.authority());
        assertEquals("pi", HttpAddress.parse("http://pi/ä").orElseThrow().authority());
        assertEquals("/%C3%A4", HttpAddress.parse("http://pi/ä").orElseThrow().target());
        for (String wrong :
                List.of("ftp://pi/", "http://", "http://pi:0/", "http://pi:70000/", "http://p i/", "pi/x")) {
            assertTrue(HttpAddress.parse(wrong).isEmpty(), wrong);
        }
    }
}
