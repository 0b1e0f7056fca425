package dev.perch.containers;

import dev.perch.launch.RunningPerch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A container that the build does not know, with the WAR under {@code /cams}; close it to end its process. */
final class OtherContainer implements AutoCloseable {
    private final Process process;

    @SuppressWarnings("JdkObsolete") // written by the reader, read by the test
    private final StringBuffer log = new StringBuffer();

    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Void> undeployed = new CompletableFuture<>();

    private OtherContainer(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "container-log-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it.
     *
     * @param kind what {@link ContainerMain} starts
     * @param jars the folder under target/containers that has its jars
     * @param work an empty folder
     */
    static OtherContainer start(String kind, String jars, Path work) throws IOException {
        Path cases = Path.of("src/test/resources/corpus/cases").toAbsolutePath();
        Path config = Files.writeString(work.resolve("perch.yml"), """
                cameras:
                  demo: { demo: true, linger: 0s }
                  large: { command: "python3 CASES/pace.py CASES/stray-byte-before-dqt.mjpg 200", format: MJPG, fps: 200 }
                """.replace("CASES", cases.toString()));
        Path folder = Files.createDirectory(work.resolve(kind));
        String classes = Path.of("target/containers/" + jars).toAbsolutePath() + "/*:" + ownClasses();
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classes,
                        ContainerMain.class.getName(),
                        kind,
                        RunningPerch.war().toString(),
                        folder.toString())
                .redirectErrorStream(true);
        builder.environment().put("PERCH_CONFIG", config.toString());
        return new OtherContainer(builder.start());
    }

    private static String ownClasses() {
        return ContainerMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.append(line).append('\n');
                if (line.startsWith(ContainerMain.PORT)) {
                    port.complete(Integer.parseInt(line.substring(ContainerMain.PORT.length())));
                } else if (line.equals(ContainerMain.UNDEPLOYED)) {
                    undeployed.complete(null);
                }
            }
        } catch (IOException ended) {
            log.append(ended);
        }
        AssertionError over = new AssertionError("the container has ended:\n" + log);
        port.completeExceptionally(over);
        undeployed.completeExceptionally(over);
    }

    /** Asks for {@code path} of the application, and reads the head of the answer. */
    HttpURLConnection ask(String path) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + port.get(60, TimeUnit.SECONDS) + "/cams/" + path);
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setReadTimeout(20_000);
        connection.setRequestProperty("Connection", "close");
        connection.getResponseCode();
        return connection;
    }

    /** Asks for {@code path} and takes as little of the answer as a connection can. */
    Socket stall(String path) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.get(60, TimeUnit.SECONDS)));
        String request = "GET /cams/" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Reads an answer to its end. */
    byte[] body(String path) throws Exception {
        HttpURLConnection connection = ask(path);
        try (InputStream body = connection.getInputStream()) {
            return body.readAllBytes();
        }
    }

    /** Takes the application away and waits until that is done. */
    void undeploy() throws Exception {
        process.getOutputStream().close();
        undeployed.get(30, TimeUnit.SECONDS);
    }

    /** The threads that run now, by jcmd. */
    List<String> threads() throws IOException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "Thread.print")
                .redirectErrorStream(true)
                .start();
        String text = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text.lines()
                .filter(line -> line.startsWith("\""))
                .map(line -> line.substring(1, line.indexOf('"', 1)))
                .toList();
    }

    String log() {
        return log.toString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
