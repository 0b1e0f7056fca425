package dev.perch.guest;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The real perch.war, run by {@code java -jar} with a configuration of its own, and what is asked of it over HTTP. */
final class Perch implements AutoCloseable {
    /** The system property with the path of an archive of Perch's classes for the JVM to map; empty without. */
    static final String ARCHIVE = "perch.archive";

    private final Process process;
    private final int port;
    private final Path folder;

    private Perch(Process process, int port, Path folder) {
        this.process = process;
        this.port = port;
        this.folder = folder;
    }

    /** An answer that is not a stream. */
    record Answer(int status, String body) {}

    /** Starts it as this user and waits until it answers. */
    static Perch start(String cameras) throws IOException {
        return start(cameras, List.of());
    }

    /** Starts it behind a command such as {@code setpriv}. */
    static Perch start(String cameras, List<String> prefix) throws IOException {
        Path folder = Files.createTempDirectory("perch-guest");
        folder.toFile().setExecutable(true, /* ownerOnly= */ false);
        folder.toFile().setReadable(true, /* ownerOnly= */ false);
        Path config = folder.resolve("perch.yml");
        int port = freePort();
        Files.writeString(config, "server: { address: 127.0.0.1, port: " + port + " }\ncameras:\n" + cameras);
        List<String> command = new ArrayList<>(prefix);
        command.addAll(java());
        command.addAll(List.of("--config", config.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO().redirectInput(new File("/dev/null"));
        builder.environment().put("XDG_CACHE_HOME", "/tmp/perch-cache-" + prefix.size());
        Perch perch = new Perch(builder.start(), port, folder);
        Guest.await("perch.war to answer", perch::answers);
        return perch;
    }

    /** What {@code perch list} prints, run behind a command such as {@code setpriv}. */
    static String list(String... prefix) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of("env", "XDG_CACHE_HOME=/tmp/perch-cache-" + prefix.length));
        command.addAll(java());
        command.add("list");
        return Guest.run(command.toArray(String[]::new));
    }

    /** The words that run perch.war, up to its own. */
    private static List<String> java() {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx64m",
                "-Xlog:cds*=off",
                "-Djava.io.tmpdir=/tmp"));
        if (!System.getProperty(ARCHIVE, "").isEmpty()) {
            words.add("-XX:SharedArchiveFile=" + System.getProperty(ARCHIVE));
        }
        words.addAll(List.of("-jar", System.getProperty("perch.war")));
        return words;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new AssertionError("perch.war ended with code=" + process.exitValue());
        }
        try {
            return get("/static/perch.svg").status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    Answer get(String path) throws IOException {
        return answer((HttpURLConnection) URI.create(url(path)).toURL().openConnection());
    }

    Answer put(String path, String body) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url(path)).toURL().openConnection();
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        return answer(connection);
    }

    private static Answer answer(HttpURLConnection connection) throws IOException {
        connection.setConnectTimeout(2_000);
        connection.setReadTimeout(60_000);
        int status = connection.getResponseCode();
        try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Answer(
                    status, new String(body == null ? new byte[0] : body.readAllBytes(), StandardCharsets.UTF_8));
        } finally {
            connection.disconnect();
        }
    }

    /**
     * Fetches to a file with curl, which fails on any answer but 2xx and on a body cut short. It asks again where the answer is 503, as the answer says: on
     * the emulated machine an encoder may take longer to start than a viewer waits.
     */
    Path fetch(String path, String name) throws IOException, InterruptedException {
        Path file = folder.resolve(name);
        Guest.run("curl", "-sS", "--fail-with-body", "--retry", "4", "-m", "120", "-o", file.toString(), url(path));
        return file;
    }

    /** Begins to fetch, and leaves curl to go on. */
    Guest.Feeder watch(String path, Path file) throws IOException {
        return new Guest.Feeder(new ProcessBuilder("curl", "-sS", "-N", "-o", file.toString(), url(path))
                .inheritIO()
                .redirectInput(new File("/dev/null"))
                .start());
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    long pid() {
        return process.pid();
    }

    /** How many descriptors and mappings of video devices the process holds. */
    long held() {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"));
                Stream<String> maps = Files.lines(proc.resolve("maps"))) {
            long open = descriptors.filter(Perch::leadsToDevice).count();
            return open + maps.filter(line -> line.contains("/dev/video")).count();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    /** A number in /stats, where the pattern's group is; 0 without. */
    long number(String pattern) throws IOException {
        Matcher found = Pattern.compile(pattern).matcher(get("/stats").body().replace(" ", ""));
        return found.find() ? Long.parseLong(found.group(1)) : 0;
    }

    /** How many threads of Perch's own the process has, capture, pump and control threads among them. */
    long threads() {
        Path proc = Path.of("/proc", Long.toString(process.pid()), "task");
        try (Stream<Path> tasks = Files.list(proc)) {
            return tasks.filter(task -> name(task).startsWith("perch-")).count();
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm"));
        } catch (IOException ended) {
            return "";
        }
    }

    private static boolean leadsToDevice(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("/dev/video");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("perch.war did not end within 30 s of SIGTERM");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
