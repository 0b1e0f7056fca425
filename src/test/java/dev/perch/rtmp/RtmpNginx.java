package dev.perch.rtmp;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Debian's nginx with its RTMP module, on the loopback: takes streams under {@code live}, passes them on and records them. */
public final class RtmpNginx implements AutoCloseable {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private final Process process;
    private final int port;
    private final Path records;

    private RtmpNginx(Process process, int port, Path records) {
        this.process = process;
        this.port = port;
        this.records = records;
    }

    public static RtmpNginx start(Path work) throws IOException, InterruptedException {
        return start(work, freePort());
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Starts one at a port, as after the end of another one there. */
    public static RtmpNginx start(Path work, int port) throws IOException, InterruptedException {
        return start(work, port, "");
    }

    /** Starts one that fetches {@code url} for itself as {@code fetched}, and records it like what is published there. */
    public static RtmpNginx pulling(Path work, String url) throws IOException, InterruptedException {
        return start(work, freePort(), "pull " + url + " name=fetched static;");
    }

    private static RtmpNginx start(Path work, int port, String more) throws IOException, InterruptedException {
        Path records = Files.createDirectories(work.resolve("records"));
        Path configuration = Files.writeString(
                work.resolve("rtmp.conf"), """
                load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
                daemon off;
                %s
                worker_processes 1;
                pid %s/nginx.pid;
                error_log %s/error.log;
                events { worker_connections 50; }
                rtmp {
                  server {
                    listen 127.0.0.1:%d;
                    chunk_size 4096;
                    application live {
                      live on;
                      record all;
                      record_path %s;
                      %s
                    }
                  }
                }
                """.formatted(ROOT ? "user root;" : "", work, work, port, records, more));
        Process process = new ProcessBuilder("/usr/sbin/nginx", "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(work.resolve("nginx.out").toFile())
                .start();
        RtmpNginx nginx = new RtmpNginx(process, port, records);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!nginx.listens()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new AssertionError("nginx does not listen: " + Files.readString(work.resolve("nginx.out")));
            }
            Thread.sleep(50);
        }
        return nginx;
    }

    private boolean listens() {
        try (Socket socket = connect()) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    public int port() {
        return port;
    }

    /** Ends it as a power cut does: without a word. */
    public void kill() throws InterruptedException {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    public String url(String name) {
        return "rtmp://127.0.0.1:" + port + "/live/" + name;
    }

    RtmpClient.Address address(String name) {
        return new RtmpClient.Address("live", "rtmp://127.0.0.1:" + port + "/live", name);
    }

    public Path record(String name) {
        return records.resolve(name + ".flv");
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException asked) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
