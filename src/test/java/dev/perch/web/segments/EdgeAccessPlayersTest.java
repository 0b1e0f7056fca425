package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import dev.perch.access.UserFile;
import dev.perch.config.PerchConfig;
import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestUsers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Debian's nginx with the sample for those who may: one copy of a segment for all of them, and none for anybody else. */
@Tag("players")
@Timeout(240)
class EdgeAccessPlayersTest {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final String BASIC =
            "Basic " + Base64.getEncoder().encodeToString("ann:correct horse".getBytes(StandardCharsets.UTF_8));

    @TempDir
    private Path work = Path.of("");

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();
    private int port;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The sample, but for its addresses and that what may is remembered for a second; inside what Debian's nginx.conf has around it. */
    private Process nginx(int perch) throws IOException {
        String sample = Files.readString(Path.of("conf/nginx-edge-access.conf"))
                .replace("127.0.0.1:8080", "127.0.0.1:" + perch)
                .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                .replace("proxy_cache_valid 204 10s;", "proxy_cache_valid 204 1s;")
                .replace("/var/cache/nginx/perch", work.resolve("cache").toString());
        Files.writeString(work.resolve("edge.conf"), sample);
        Files.writeString(work.resolve("nginx.conf"), """
                daemon off;
                USER
                worker_processes 1;
                pid FOLDER/nginx.pid;
                error_log FOLDER/error.log;
                events { worker_connections 200; }
                http {
                  access_log off;
                  client_body_temp_path FOLDER/body;
                  proxy_temp_path FOLDER/proxy;
                  fastcgi_temp_path FOLDER/fastcgi;
                  uwsgi_temp_path FOLDER/uwsgi;
                  scgi_temp_path FOLDER/scgi;
                  include FOLDER/edge.conf;
                }
                """.replace("FOLDER", work.toString())
                .replace("USER", ROOT ? "user root;" : ""));
        return new ProcessBuilder(
                        "/usr/sbin/nginx", "-c", work.resolve("nginx.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("nginx.out").toFile())
                .start();
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return ask(at(path));
    }

    private JsonObject link(String wish) throws Exception {
        HttpResponse<String> made = ask(at("/front/links")
                .header("Authorization", BASIC)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(wish)));
        assertEquals(201, made.statusCode(), made::body);
        return JsonParser.object().from(made.body());
    }

    private static String path(JsonObject link) {
        return "/" + link.getString("path");
    }

    private static String first(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertTrue(matcher.find(), pattern + " in " + text);
        return matcher.group(1);
    }

    private static String cache(HttpResponse<String> answer) {
        return answer.headers().firstValue("X-Cache").orElse("");
    }

    @Test
    void token_isNoPartOfTheKey_andARevokedLinkGetsNothing() throws Exception {
        Path users = work.resolve("users");
        UserFile.empty()
                .with(TestUsers.user("ann", 1, "operator", "correct horse"))
                .write(users);
        port = freePort();
        Path file = Files.writeString(work.resolve("perch.yml"), """
                server: { address: 127.0.0.1, port: 0, trusted-proxies: [127.0.0.1] }
                access: { users: "%s" }
                cameras: { front: { demo: true }, back: { demo: true } }
                """.formatted(users));
        try (PerchServer server =
                PerchServer.start(PerchConfig.load(file), Files.createDirectory(work.resolve("perch")))) {
            Process nginx = nginx(server.port());
            try {
                Await.until(20, this::listens, () -> "nginx does not listen");
                segments();
            } finally {
                nginx.destroy();
                assertTrue(nginx.waitFor(20, TimeUnit.SECONDS));
            }
        }
    }

    private void segments() throws Exception {
        JsonObject one = link("{}");
        JsonObject other = link("{}");
        JsonObject mute = link("{\"actions\": [\"watch\"]}");
        String playlist = text(path(one) + "hls/stream.m3u8");
        String init = "hls/" + first("#EXT-X-MAP:URI=\"([^\"]+)\"", playlist);
        assertEquals("MISS", cache(get(path(one) + init)));
        assertEquals("HIT", cache(get(path(other) + init)), "the token is no part of the key");
        assertEquals("HIT", cache(ask(at("/front/" + init).header("Authorization", BASIC))), "nor is a name");
        for (String stranger : new String[] {
            "/front/" + init, "/~forged/front/" + init, path(one).replace("/front/", "/back/") + init
        }) {
            HttpResponse<String> refused = get(stranger);
            assertTrue(refused.statusCode() == 401 || refused.statusCode() == 403, stranger + refused);
            assertFalse(refused.body().contains("moov"), stranger);
        }
        assertEquals(200, get(path(one) + "hls/audio.m3u8").statusCode());
        assertEquals(403, get(path(mute) + "hls/audio.m3u8").statusCode(), "though it lies in the cache");
        text(path(mute) + "hls/stream.m3u8");
        HttpResponse<String> taken = ask(at("/front/links/" + one.getString("id"))
                .header("Authorization", BASIC)
                .DELETE());
        assertEquals(204, taken.statusCode(), taken::body);
        Await.until(60, () -> status(path(one) + init) == 403, () -> "the revoked link still counts");
        for (String cached : new String[] {init, "hls/stream.m3u8", "hls/audio.m3u8", "dash/manifest.mpd"}) {
            assertEquals(403, status(path(one) + cached), cached);
        }
        assertEquals("HIT", cache(get(path(other) + init)), "others are served from the cache all the same");
    }

    private String text(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertEquals(200, answer.statusCode(), path + " " + answer.body());
        return answer.body();
    }

    private int status(String path) {
        try {
            return get(path).statusCode();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
