package dev.perch.app;

import dev.perch.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of Debian's reverse proxies between a client and Perch, set up as its manual has it; nginx by the sample. */
final class ReverseProxy implements AutoCloseable {
    enum Kind {
        NGINX,
        HAPROXY,
        CADDY,
        APACHE
    }

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Process process;
    private final int port;

    private ReverseProxy(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts it in {@code work}, which is empty, and waits until it listens. */
    static ReverseProxy start(Kind kind, int perch, Path work) throws Exception {
        Files.createDirectories(work);
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path configuration = work.resolve("proxy.conf");
        Files.writeString(
                configuration,
                text(kind)
                        .replace("WORK", work.toString())
                        .replace("127.0.0.1:8080", "127.0.0.1:" + perch)
                        .replace("LISTEN", Integer.toString(port)));
        if (kind == Kind.NGINX) {
            Files.writeString(
                    work.resolve("edge.conf"),
                    Files.readString(Path.of("conf/nginx-edge.conf"))
                            .replace("127.0.0.1:8080", "127.0.0.1:" + perch)
                            .replace("listen 80;", "listen 127.0.0.1:" + port + ";")
                            .replace(
                                    "/var/cache/nginx/perch",
                                    work.resolve("cache").toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(command(kind, configuration.toString()))
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("proxy.out").toFile());
        builder.environment().put("XDG_DATA_HOME", work.toString());
        builder.environment().put("XDG_CONFIG_HOME", work.toString());
        ReverseProxy proxy = new ReverseProxy(builder.start(), port);
        Await.until(10, proxy::listens, () -> kind + " does not listen: " + said(work));
        return proxy;
    }

    int port() {
        return port;
    }

    private static String said(Path work) {
        try {
            return Files.readString(work.resolve("proxy.out"));
        } catch (IOException nothing) {
            return nothing.toString();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static List<String> command(Kind kind, String configuration) {
        return switch (kind) {
            case NGINX -> List.of("/usr/sbin/nginx", "-c", configuration);
            case HAPROXY -> List.of("/usr/sbin/haproxy", "-db", "-f", configuration);
            case CADDY -> List.of("/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", configuration);
            case APACHE -> List.of("/usr/sbin/apache2", "-D", "FOREGROUND", "-f", configuration);
        };
    }

    private static String text(Kind kind) {
        return switch (kind) {
            case NGINX -> """
                    daemon off;
                    USER
                    worker_processes 1;
                    pid WORK/nginx.pid;
                    error_log WORK/error.log;
                    events { worker_connections 200; }
                    http {
                      access_log off;
                      client_body_temp_path WORK/body;
                      proxy_temp_path WORK/proxy;
                      fastcgi_temp_path WORK/fastcgi;
                      uwsgi_temp_path WORK/uwsgi;
                      scgi_temp_path WORK/scgi;
                      include WORK/edge.conf;
                    }
                    """.replace("USER", ROOT ? "user root;" : "");
            case HAPROXY -> """
                    defaults
                      mode http
                      timeout connect 5s
                      timeout client 30s
                      timeout server 30s
                    frontend viewers
                      bind 127.0.0.1:LISTEN
                      option forwardfor
                      default_backend perch
                    backend perch
                      server perch 127.0.0.1:8080
                    """;
            case CADDY -> """
                    {
                      admin off
                      auto_https off
                    }
                    http://:LISTEN {
                      bind 127.0.0.1
                      reverse_proxy 127.0.0.1:8080
                    }
                    """;
            case APACHE -> """
                    ServerRoot WORK
                    ServerName localhost
                    DefaultRuntimeDir WORK
                    PidFile WORK/apache.pid
                    ErrorLog WORK/error.log
                    Listen 127.0.0.1:LISTEN
                    USER
                    LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
                    LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
                    LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
                    LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
                    ProxyPreserveHost On
                    ProxyPass / http://127.0.0.1:8080/ upgrade=websocket
                    """.replace("USER", ROOT ? "User www-data\nGroup www-data" : "");
        };
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException asked) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
