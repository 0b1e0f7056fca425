package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** bin/perch on every Java of this machine that is new enough: 17 in Debian 12, 21 and 25 in Debian 13. None complains of anything. */
@Tag("long") // four programs for each Java
@Execution(ExecutionMode.CONCURRENT)
class JavaVersionsIT {
    private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

    @TempDir
    Path cache;

    @TestFactory
    List<DynamicTest> eachJava_runsIt() throws IOException {
        try (Stream<Path> homes = Files.list(Path.of("/usr/lib/jvm"))) {
            return homes.filter(home -> !Files.isSymbolicLink(home) && version(home) >= 17)
                    .sorted()
                    .map(home -> DynamicTest.dynamicTest("Java " + version(home), () -> runsOn(home)))
                    .toList();
        }
    }

    private static int version(Path home) {
        try {
            Matcher matcher = VERSION.matcher(Files.readString(home.resolve("release")));
            return Files.isExecutable(home.resolve("bin/java")) && matcher.find()
                    ? Integer.parseInt(matcher.group(1))
                    : 0;
        } catch (IOException noJava) {
            return 0;
        }
    }

    private void runsOn(Path home) throws Exception {
        Map<String, String> environment = Map.of("XDG_CACHE_HOME", cache.toString());
        try (RunningPerch perch =
                RunningPerch.byScript(home, environment, "--port", "0", "--address", "127.0.0.1", "demo")) {
            assertEquals(200, perch.get("snapshot.jpg").statusCode());
            assertTrue(perch.get("stream.mjpg?duration=1").body().length() > 10_000);
            assertTrue(perch.get("stream.mp4?duration=1").body().length() > 10_000);
            assertEquals(143, perch.terminate(Duration.ofSeconds(10)));
            assertFalse(perch.log().contains("WARNING"), perch::log);
            assertFalse(perch.log().contains("Exception"), perch::log);
        }
        // a camera that is none: what speaks to devices is loaded, by JNA
        try (RunningPerch perch =
                RunningPerch.byScript(home, environment, "--port", "0", "--address", "127.0.0.1", "/dev/null")) {
            assertEquals(503, perch.get("snapshot.jpg").statusCode());
            assertEquals(143, perch.terminate(Duration.ofSeconds(10)));
            assertFalse(perch.log().contains("WARNING: "), perch::log); // the JVM's own; Perch's has no colon
        }
    }
}
