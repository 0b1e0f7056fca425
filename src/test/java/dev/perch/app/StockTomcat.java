package dev.perch.app;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Debian's tomcat10 with a base folder of its own, as an unprivileged user; the service that Debian's package brings is left alone. */
final class StockTomcat implements AutoCloseable {
    private static final Path HOME = Path.of("/usr/share/tomcat10");
    private static final String STOCK_CONNECTOR = "(?s)<Connector port=\"8080\".*?/>";
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Path base;
    private final int port;
    private final Process process;
    private int warsPut;

    private StockTomcat(Path base, int port, Process process) {
        this.base = base;
        this.port = port;
        this.process = process;
    }

    /**
     * Starts it without any web application.
     *
     * @param base a folder, empty but for what is to stand in the place of the files that Tomcat brings
     * @param connector the Connector element for server.xml, with port 8080, which is replaced by a free one
     * @param perchYml what conf/perch.yml says
     */
    static StockTomcat start(Path base, String connector, String perchYml) throws IOException {
        return start(base, connector, perchYml, "-XX:+UseSerialGC");
    }

    /** The same with flags for its JVM. */
    static StockTomcat start(Path base, String connector, String perchYml, String flags) throws IOException {
        int port = freePort();
        for (String folder : List.of("conf", "logs", "temp", "webapps", "work")) {
            Files.createDirectories(base.resolve(folder));
        }
        for (String file : List.of("web.xml", "context.xml", "logging.properties", "tomcat-users.xml")) {
            if (!Files.exists(base.resolve("conf").resolve(file))) {
                Files.copy(
                        HOME.resolve("etc").resolve(file), base.resolve("conf").resolve(file));
            }
        }
        Files.writeString(base.resolve("conf/perch.yml"), perchYml);
        String own = connector.replace("port=\"8080\"", "port=\"" + port + "\" address=\"127.0.0.1\"");
        String server = Files.readString(HOME.resolve("etc/server.xml"))
                .replaceFirst(STOCK_CONNECTOR, own)
                .replace("<Engine name=\"Catalina\"", "<Engine name=\"Catalina\" backgroundProcessorDelay=\"1\"");
        Files.writeString(base.resolve("conf/server.xml"), server);
        StockTomcat tomcat = new StockTomcat(base, port, launch(base, flags));
        tomcat.await("the server's start", () -> tomcat.log().contains("Server startup in"));
        return tomcat;
    }

    /** The Connector that Tomcat brings. */
    static String stockConnector() {
        return "<Connector port=\"8080\" protocol=\"HTTP/1.1\" connectionTimeout=\"20000\"/>";
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Process launch(Path base, String flags) throws IOException {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            giveToNobody(base);
            command.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"));
        }
        command.addAll(List.of(HOME.resolve("bin/catalina.sh").toString(), "run"));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(base.toFile())
                .redirectErrorStream(true)
                .redirectOutput(base.resolve("console.log").toFile());
        builder.environment().remove("PERCH_CONFIG");
        builder.environment().put("CATALINA_HOME", HOME.toString());
        builder.environment().put("CATALINA_BASE", base.toString());
        builder.environment().put("CATALINA_TMPDIR", base.resolve("temp").toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        // the first compiler alone, as bin/perch has it: the second takes most of a life so short
        builder.environment().put("JAVA_OPTS", "-Djava.awt.headless=true -XX:TieredStopAtLevel=1 " + flags);
        return builder.start();
    }

    private static void giveToNobody(Path base) throws IOException {
        UserPrincipal nobody =
                base.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Stream<Path> files = Files.walk(base)) {
            for (Path file : files.toList()) {
                Files.setOwner(file, nobody);
            }
        }
    }

    /** Puts the WAR into webapps/ as {@code name}.war, in the place of the one before, and waits until it is deployed. */
    void deploy(Path war, String name) throws IOException {
        int before = deployments();
        warsPut++;
        Path copy = base.resolve("temp/" + name + warsPut);
        Files.copy(war, copy);
        // Tomcat tells versions apart by this time, and waits for a second with files that are newer than that
        Files.setLastModifiedTime(
                copy, FileTime.from(Instant.parse("2026-01-01T00:00:00Z").plusSeconds(10L * warsPut)));
        Files.move(copy, base.resolve("webapps/" + name + ".war"), StandardCopyOption.ATOMIC_MOVE);
        await("deployment " + warsPut, () -> deployments() > before);
    }

    /** Takes the WAR out of webapps/ and waits until it is undeployed. */
    void undeploy(String name) throws IOException {
        Files.delete(base.resolve("webapps/" + name + ".war"));
        await("undeployment", () -> !Files.exists(base.resolve("webapps/" + name)));
    }

    private int deployments() {
        return log().split("Deployment of web application archive .* has finished", -1).length;
    }

    /** Waits until {@code condition} holds, looking every now and then. */
    void await(String what, BooleanSupplier condition) {
        await(what, condition, () -> "see the log");
    }

    /** The same; {@code state} tells how things stand when time is up. */
    void await(String what, BooleanSupplier condition, Supplier<String> state) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new AssertionError("no " + what + ": " + state.get() + "; Tomcat's log:\n" + log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** The address of the web application {@code name}. */
    URI address(String name) {
        return URI.create("http://127.0.0.1:" + port + "/" + name + "/");
    }

    long pid() {
        return process.pid();
    }

    String log() {
        try {
            return Files.readString(base.resolve("console.log"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs a jcmd command on it. */
    String jcmd(String command) throws IOException {
        Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process jcmd = new ProcessBuilder(tool.toString(), Long.toString(pid()), command)
                .redirectErrorStream(true)
                .start();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.onExit().orTimeout(15, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            process.destroyForcibly();
            throw new AssertionError("Tomcat did not stop on SIGTERM:\n" + log(), e);
        }
    }
}
