package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** {@code register moonraker}, against servers that have the two answers of a Perch and of a Moonraker. */
@Execution(ExecutionMode.CONCURRENT)
class RegisterCommandTest {
    private final List<String> posted = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    private final HttpServer server;

    RegisterCommandTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void listen() {
        server.createContext(
                "/stats",
                exchange -> answer(
                        exchange,
                        200,
                        "{\"cameras\": [{\"id\": \"front\", \"title\": \"Front \\\"door\\\"\"}, {\"id\": \"bed\", \"title\": \"Bed\"}]}"));
        server.createContext("/server/webcams/item", exchange -> {
            posted.add(exchange.getRequestMethod() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            answer(exchange, 200, "{\"result\": {}}");
        });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private int port() {
        return server.getAddress().getPort();
    }

    @Test
    void moonraker_isToldEachCamera() throws Exception {
        int status = run("http://127.0.0.1:" + port());
        assertEquals(0, status, said::toString);
        assertEquals(2, posted.size());
        assertTrue(posted.get(0).startsWith("POST {"), posted::toString);
        JsonObject webcam = JsonParser.object().from(posted.get(0).substring(5));
        assertEquals("Front \"door\"", webcam.getString("name"));
        assertEquals("mjpegstreamer", webcam.getString("service"));
        String stream = webcam.getString("stream_url");
        assertTrue(stream.endsWith(":" + port() + "/front/stream.mjpg"), stream);
        assertTrue(!stream.contains("127.0.0.1") && !stream.contains("localhost"), stream);
        assertTrue(webcam.getString("snapshot_url").endsWith("/front/snapshot.jpg"));
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("knows camera bed as \"Bed\""), said::toString);
    }

    @Test
    void moonraker_thatIsAway_orRefuses_isTold() {
        server.removeContext("/server/webcams/item");
        assertEquals(1, run("http://127.0.0.1:" + port()));
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("/server/webcams/item answers 404"), said::toString);
        assertEquals(1, run("http://127.0.0.1:1"));
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("no Moonraker listens at http://127.0.0.1:1"));
    }

    @Test
    void words_areRead() {
        CommandLine.Register plain =
                assertInstanceOf(CommandLine.Register.class, CommandLine.parse("register", "moonraker"));
        assertEquals(Optional.empty(), plain.moonraker());
        assertEquals(8080, plain.port());
        CommandLine.Register full = assertInstanceOf(
                CommandLine.Register.class,
                CommandLine.parse("register", "--port", "9000", "moonraker", "http://printer:7125"));
        assertEquals(9000, full.port());
        assertEquals("printer", full.moonraker().orElseThrow().getHost());
        for (String[] wrong : new String[][] {
            {"register"},
            {"register", "octoprint"},
            {"register", "moonraker", "printer"},
            {"register", "moonraker", "http:///"}
        }) {
            CommandLine.Wrong told = assertInstanceOf(CommandLine.Wrong.class, CommandLine.parse(wrong));
            assertTrue(told.sentence().contains("accepted: register [--port N] moonraker [URL]"), told::sentence);
        }
    }

    private int run(String moonraker) {
        return RegisterCommand.run(new CommandLine.Register(port(), Optional.of(URI.create(moonraker))), out, out);
    }

    /** Where no Moonraker listens on this machine, the one that answers by mDNS is told; a stranger's answers do no harm. */
    @Test
    void moonraker_isFoundByMdns() throws Exception {
        try (MdnsResponder responder = MdnsResponder.start("my printer", "printer", port(), /* additional= */ true)) {
            assertEquals(0, search(responder), said::toString);
            assertEquals(2, posted.size());
        }
        try (MdnsResponder asked = MdnsResponder.start("my.printer", "printer", port(), /* additional= */ false)) {
            assertEquals(0, search(asked), said::toString);
            assertEquals(4, posted.size());
            assertEquals(3, asked.questions(), "the service, the place, the address");
        }
    }

    @Test
    void moonrakers_noneOrSeveral_areNotTold() throws Exception {
        try (MdnsResponder silent = MdnsResponder.silent()) {
            assertEquals(1, search(silent));
        }
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("none answers by mDNS"), said::toString);
        try (MdnsResponder two = MdnsResponder.start("one", "a", port(), /* additional= */ true)) {
            two.also("two", "b", port() + 1);
            assertEquals(1, search(two));
        }
        assertTrue(said.toString(StandardCharsets.UTF_8).contains("several Moonrakers answer"), said::toString);
        assertEquals(List.of(), posted);
    }

    private int search(MdnsResponder responder) {
        return RegisterCommand.run(
                new CommandLine.Register(port(), Optional.empty()),
                new RegisterCommand.Places(URI.create("http://127.0.0.1:1"), responder.address()),
                out,
                out);
    }
}
