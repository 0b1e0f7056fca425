package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The WAR as a program: {@code java -jar perch.war}. */
@Execution(ExecutionMode.CONCURRENT)
class WarIT {
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir
    Path cache;

    @Test
    void war_isSmall_andHidesTheEmbeddedTomcatFromAStockOne() throws IOException {
        assertTrue(Files.size(RunningPerch.war()) < 12_000_000, () -> "the WAR is too big");
        List<String> libraries;
        try (ZipFile zip = new ZipFile(RunningPerch.war().toFile())) {
            libraries = zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.startsWith("WEB-INF/lib/"))
                    .toList();
        }
        assertFalse(
                libraries.stream().anyMatch(name -> name.contains("tomcat") || name.contains("servlet")),
                libraries::toString);
    }

    @Test
    void start_answers_andEndsOnSigterm() throws Exception {
        try (RunningPerch perch = start("--port", "0")) {
            assertEquals(200, perch.get("").statusCode());
            assertEquals(404, perch.get("WEB-INF/web.xml").statusCode());
            assertEquals(143, perch.terminate(SOON));
            assertFalse(perch.log().contains("Exception"), perch::log);
        }
    }

    @Test
    void sigterm_endsOpenStreams() throws Exception {
        try (RunningPerch perch = start("--port", "0", "demo");
                InputStream motionJpeg = open(perch, "stream.mjpg");
                InputStream mp4 = open(perch, "stream.mp4")) {
            assertEquals(143, perch.terminate(SOON));
            readToEnd(motionJpeg);
            readToEnd(mp4);
            assertFalse(perch.log().contains("Exception"), perch::log);
        }
    }

    private static InputStream open(RunningPerch perch, String path) throws Exception {
        URLConnection connection = perch.address().resolve(path).toURL().openConnection();
        connection.setReadTimeout(10_000);
        InputStream body = connection.getInputStream();
        assertTrue(body.read() >= 0, path);
        return body;
    }

    private static void readToEnd(InputStream body) throws IOException {
        body.transferTo(OutputStream.nullOutputStream());
    }

    @Test
    void script_besideTheWarAlone_runsIt() throws Exception {
        Path script = Files.copy(Path.of("bin/perch"), cache.resolve("perch.sh"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(RunningPerch.war(), cache.resolve("perch.war"));
        ProcessBuilder builder = new ProcessBuilder(script.toString(), "--version").redirectErrorStream(true);
        builder.environment().put("XDG_CACHE_HOME", cache.resolve("home").toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        assertTrue(output.startsWith("perch "), output);
    }

    @Test
    void start_portInUse_saysSoWithoutAStackTrace() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                RunningPerch perch = start("--port", Integer.toString(taken.getLocalPort()))) {
            assertEquals(1, perch.exitCode(Duration.ofSeconds(20)));
            assertTrue(perch.log().contains("Address already in use"), perch::log);
            assertFalse(perch.log().contains("\tat "), perch::log);
        }
    }

    @Test
    void start_wrongConfiguration_namesEveryErrorWithoutAStackTrace() throws Exception {
        Path file = Files.writeString(cache.resolve("perch.yml"), "camera: 1\nserver: { port: x }\n");
        try (RunningPerch perch = start("--config", file.toString())) {
            assertEquals(1, perch.exitCode(Duration.ofSeconds(20)));
            assertTrue(perch.log().contains("perch.yml:1:1: "), perch::log);
            assertTrue(perch.log().contains("perch.yml:2:17: "), perch::log);
            assertFalse(perch.log().contains("\tat "), perch::log);
        }
    }

    private RunningPerch start(String... words) throws IOException {
        return RunningPerch.start(Map.of("XDG_CACHE_HOME", cache.toString()), words);
    }
}
