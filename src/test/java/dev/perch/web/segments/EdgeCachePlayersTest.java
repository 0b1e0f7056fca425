package dev.perch.web.segments;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.testing.Await;
import dev.perch.testing.PerchServer;
import dev.perch.testing.TestCameras;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Debian's nginx with the sample configuration, between Perch and a crowd: what it asks of Perch does not grow with the crowd. */
@Tag("quiet")
@Timeout(180)
@Isolated
class EdgeCachePlayersTest {
    private static final int SEGMENTS = 6;
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    @TempDir
    Path work;

    @Test
    void fiveHundredViewers_areOneToPerch() throws Exception {
        try (PerchServer server =
                PerchServer.start(PerchServer.config(TestCameras.demo("demo")), work.resolve("perch"))) {
            int port = freePort();
            Process nginx = nginx(server.port(), port);
            try {
                Await.until(10, () -> listens(port), () -> "nginx does not listen");
                int few = watch(5, port);
                int many = watch(500, port);
                System.getLogger(EdgeCachePlayersTest.class.getName())
                        .log(System.Logger.Level.INFO, "requests to Perch: of 5 viewers " + few + ", of 500 " + many);
                assertTrue(many <= 2 * few, "5 viewers: " + few + ", 500 viewers: " + many);
            } finally {
                nginx.destroy();
                assertTrue(nginx.waitFor(10, TimeUnit.SECONDS));
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (java.net.Socket socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The sample with other addresses, inside what Debian's nginx.conf has around it. */
    private Process nginx(int perch, int port) throws IOException {
        String sample = Files.readString(Path.of("conf/nginx-edge.conf"))
                .replace("127.0.0.1:8080", "127.0.0.1:" + perch)
                .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                .replace("/var/cache/nginx/perch", work.resolve("cache").toString());
        Files.writeString(work.resolve("edge.conf"), sample);
        Path log = work.resolve("access.log");
        Files.writeString(work.resolve("nginx.conf"), """
                daemon off;
                USER
                worker_processes 1;
                worker_rlimit_nofile 4096;
                pid FOLDER/nginx.pid;
                error_log FOLDER/error.log;
                events { worker_connections 2000; }
                http {
                  log_format asked '$status $upstream_cache_status $upstream_addr $request_uri';
                  access_log FOLDER/access.log asked;
                  client_body_temp_path FOLDER/body;
                  proxy_temp_path FOLDER/proxy;
                  fastcgi_temp_path FOLDER/fastcgi;
                  uwsgi_temp_path FOLDER/uwsgi;
                  scgi_temp_path FOLDER/scgi;
                  include FOLDER/edge.conf;
                }
                """.replace("FOLDER", work.toString())
                .replace("USER", ROOT ? "user root;" : ""));
        Files.createFile(log);
        return new ProcessBuilder(
                        "/usr/sbin/nginx", "-c", work.resolve("nginx.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("nginx.out").toFile())
                .start();
    }

    /** Has so many watch some segments, each by a blocking reload. @return how many requests reached Perch meanwhile */
    private int watch(int viewers, int port) throws Exception {
        long before = asked();
        HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(20))
                .build();
        String base = "http://127.0.0.1:" + port + "/demo/hls/";
        get(client, base + "index.m3u8").get(20, TimeUnit.SECONDS);
        HttpResponse<String> playlist = get(client, base + "stream.m3u8").get(20, TimeUnit.SECONDS);
        String hint = playlist.body().substring(playlist.body().indexOf("TYPE=PART,URI=\"") + 15);
        String run = hint.substring(0, hint.indexOf('/'));
        long number = Long.parseLong(hint.substring(hint.indexOf('/') + 1, hint.indexOf('.')));
        AtomicInteger bytes = new AtomicInteger();
        List<CompletableFuture<Void>> crowd = new ArrayList<>();
        for (int i = 0; i < viewers; i++) {
            CompletableFuture<Void> viewer = CompletableFuture.completedFuture(null);
            for (long segment = number; segment < number + SEGMENTS; segment++) {
                long wanted = segment;
                viewer = viewer.thenCompose(done -> get(client, base + "stream.m3u8?_HLS_msn=" + wanted))
                        .thenCompose(text -> {
                            assertEquals(200, text.statusCode(), text::body);
                            return get(client, base + run + "/" + wanted + ".m4s");
                        })
                        .thenAccept(body -> {
                            assertEquals(200, body.statusCode(), body::body);
                            bytes.addAndGet(body.body().length());
                        });
            }
            crowd.add(viewer);
        }
        CompletableFuture.allOf(crowd.toArray(CompletableFuture[]::new)).get(120, TimeUnit.SECONDS);
        assertTrue(bytes.get() > 1000 * viewers * SEGMENTS);
        return (int) (asked() - before);
    }

    private static CompletableFuture<HttpResponse<String>> get(HttpClient client, String address) {
        return client.sendAsync(
                HttpRequest.newBuilder(URI.create(address)).build(),
                BodyHandlers.ofString(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    /** Lines of the log that name the server that was asked. */
    private long asked() throws IOException {
        try (var lines = Files.lines(work.resolve("access.log"))) {
            return lines.filter(line -> line.contains(" 127.0.0.1:")).count();
        }
    }
}
