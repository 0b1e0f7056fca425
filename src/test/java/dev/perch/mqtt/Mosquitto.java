package dev.perch.mqtt;

import dev.perch.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Debian's mosquitto, which lets in one user. */
@SuppressWarnings("try") // its end may be interrupted
final class Mosquitto implements AutoCloseable {
    static final String USER = "perch";
    static final String PASSWORD = "m0squ1t0";

    private final Path folder;
    private final int port;
    private final Process process;

    private Mosquitto(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    static Mosquitto start(Path folder) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Path users = Files.writeString(folder.resolve("users"), USER + ":" + PASSWORD + "\n");
        run(List.of("/usr/bin/mosquitto_passwd", "-U", users.toString()));
        Path config = Files.writeString(folder.resolve("mosquitto.conf"), """
                listener %d 127.0.0.1
                allow_anonymous false
                password_file %s
                persistence false
                user root
                """.formatted(
                        port, users)); // as root it would become somebody who cannot read this folder
        List<String> command = new ArrayList<>(List.of("/usr/sbin/mosquitto", "-c", config.toString()));
        Path log = folder.resolve("mosquitto.log");
        Mosquitto broker = new Mosquitto(
                folder,
                port,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start());
        Await.until(30, broker::listens, () -> text(log));
        return broker;
    }

    private static void run(List<String> command) throws Exception {
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException(command + " failed");
        }
    }

    static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    /** Subscribes to {@code topic}, and writes what comes, each as {@code topic payload}, into a file. */
    Subscription subscribe(String name, String topic, String... options) throws IOException {
        Path out = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("/usr/bin/mosquitto_sub", "-h", "127.0.0.1", "-p", "" + port));
        command.addAll(List.of("-u", USER, "-P", PASSWORD, "-t", topic));
        command.addAll(List.of(options));
        return new Subscription(
                out,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile())
                        .start());
    }

    /** What a subscriber has seen so far. */
    record Subscription(Path out, Process process) implements AutoCloseable {
        String seen() {
            return text(out);
        }

        void await(String wanted) {
            Await.until(90, () -> seen().contains(wanted), () -> wanted + " is not in " + seen());
        }

        /** Returns how often {@code wanted} was seen. */
        int count(String wanted) {
            return seen().split(Pattern.quote(wanted), -1).length - 1;
        }

        @Override
        public void close() {
            process.destroy();
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
