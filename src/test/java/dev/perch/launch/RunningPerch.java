package dev.perch.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code java -jar perch.war} in a process of its own; close it to end it. */
public final class RunningPerch implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("Perch is at (http://\\S+)/,");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;

    @SuppressWarnings("JdkObsolete") // written by the reader, read by the test
    private final StringBuffer log = new StringBuffer();

    private final CompletableFuture<URI> address = new CompletableFuture<>();

    private final Thread reader;

    private RunningPerch(Process process) {
        this.process = process;
        this.reader = new Thread(this::read, "perch-log-reader");
        reader.setDaemon(true);
        reader.start();
    }

    /** The WAR that this build made. */
    public static Path war() {
        return Path.of(System.getProperty("perch.war", "target/perch.war")).toAbsolutePath();
    }

    /** Starts the WAR with these words of the command line, without waiting for it. */
    public static RunningPerch start(Map<String, String> environment, String... words) throws IOException {
        return run(environment, command(words));
    }

    /** Starts it with at most so many descriptors. */
    public static RunningPerch withDescriptors(int most, Map<String, String> environment, String... words)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n " + most + " && exec \"$0\" \"$@\""));
        command.addAll(command(words));
        return run(environment, command);
    }

    private static List<String> command(String... words) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command =
                new ArrayList<>(List.of(java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", war().toString()));
        command.addAll(List.of(words));
        return command;
    }

    /** Starts the WAR by bin/perch, on the Java of this folder and with the flags that the script gives it. */
    public static RunningPerch byScript(Path javaHome, Map<String, String> environment, String... words)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Path.of("bin/perch").toAbsolutePath().toString()));
        command.addAll(List.of(words));
        Map<String, String> all = new HashMap<>(environment);
        all.put("JAVA_HOME", javaHome.toString());
        all.put("PERCH_WAR", war().toString());
        return run(all, command);
    }

    private static RunningPerch run(Map<String, String> environment, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        return new RunningPerch(process);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.append(line).append('\n');
                Matcher matcher = ADDRESS.matcher(line);
                if (matcher.find()) {
                    address.complete(URI.create(matcher.group(1) + "/"));
                }
            }
            address.completeExceptionally(new IOException("perch ended:\n" + log));
        } catch (IOException e) {
            address.completeExceptionally(e);
        }
    }

    /** Waits until it listens. */
    public URI address() throws Exception {
        return address.get(60, TimeUnit.SECONDS);
    }

    /** Gets what {@code path}, relative to the address, answers. */
    public HttpResponse<String> get(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(address().resolve(path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** What it has written so far. */
    public String log() {
        return log.toString();
    }

    /** Its number in /proc. */
    public long pid() {
        return process.pid();
    }

    /** Waits for the process to end by itself, and for its last words. */
    public int exitCode(Duration deadline) throws InterruptedException {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("still running after " + deadline + ":\n" + log);
        }
        reader.join(deadline.toMillis());
        return process.exitValue();
    }

    /** Sends SIGTERM and waits for the end. */
    public int terminate(Duration deadline) throws InterruptedException {
        process.destroy();
        return exitCode(deadline);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
