package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The WAR as a program, whose unpacked libraries are new, old, damaged or gone, and which rehearses. */
@Tag("long") // each test starts a program, some of them several
@Execution(ExecutionMode.CONCURRENT)
class WarCacheIT {
    @TempDir
    Path cache;

    @Test
    void start_severalAtOnceWithAnEmptyCache_allRun() throws Exception {
        try (RunningPerch first = start("--port", "0");
                RunningPerch second = start("--port", "0");
                RunningPerch third = start("--port", "0")) {
            for (RunningPerch perch : List.of(first, second, third)) {
                assertEquals(200, perch.get("").statusCode());
            }
        }
        assertEquals(1, versions().size());
    }

    @Test
    void start_cleansUpOldVersions_andMendsADamagedOne() throws Exception {
        Path old = Files.createDirectories(cache.resolve("perch/0123"));
        Files.createFile(cache.resolve("perch/0123.lock"));
        Files.writeString(old.resolve("old.jar"), "old");
        try (RunningPerch perch = start("--port", "0")) {
            perch.address();
        }
        assertFalse(Files.exists(old));
        Path damaged = versions().get(0).resolve("classes.jar");
        Files.writeString(damaged, "cut");
        try (RunningPerch perch = start("--port", "0")) {
            assertEquals(200, perch.get("").statusCode());
        }
    }

    @Test
    void cacheThatIsCleaned_takesNothingFromARunningProgram() throws Exception {
        try (RunningPerch perch = start("--port", "0", "demo")) {
            perch.address();
            try (Stream<Path> files = Files.walk(versions().get(0))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            // classes, pages and files that are needed for the first time now
            for (String path :
                    List.of("", "static/perch.css", "snapshot.jpg", "hls/index.m3u8", "dash/manifest.mpd", "stats")) {
                assertEquals(200, perch.get(path).statusCode(), path);
            }
            assertFalse(perch.log().contains("NoClassDefFoundError"), perch::log);
        }
    }

    @Test
    void start_withoutAWritableHome_usesTheTemporaryFolder() throws Exception {
        Map<String, String> nowhere = Map.of(
                "XDG_CACHE_HOME",
                "/proc/none",
                "HOME",
                "/proc",
                "JAVA_TOOL_OPTIONS",
                "-Duser.home=/proc -Djava.io.tmpdir=" + cache);
        try (RunningPerch perch = RunningPerch.start(nowhere, "--port", "0")) {
            assertEquals(200, perch.get("").statusCode());
        }
    }

    @Test
    void rehearse_servesEverythingAndEnds() throws Exception {
        try (RunningPerch perch = start("rehearse")) {
            assertEquals(0, perch.exitCode(Duration.ofSeconds(60)), perch::log);
            assertFalse(perch.log().contains("no answer"), perch.log());
        }
    }

    private RunningPerch start(String... words) throws IOException {
        return RunningPerch.start(Map.of("XDG_CACHE_HOME", cache.toString()), words);
    }

    private List<Path> versions() throws IOException {
        try (Stream<Path> files = Files.list(cache.resolve("perch"))) {
            return files.filter(Files::isDirectory).toList();
        }
    }
}
