package dev.perch.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import dev.perch.camera.Camera;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Tests a recording program that is killed while it records: it loses at most the second that it was about to write. */
class KillTest {
    private static final int KILLS = Integer.getInteger("perch.kills", 10);
    private static final int AT_ONCE = 5;

    @TempDir
    Path folder;

    /** A program that records into a folder of its own, and its last line of output. */
    private record Victim(Process process, Path folder, Path said) {
        static Victim start(Path folder) throws Exception {
            Path said = folder.resolveSibling(folder.getFileName() + ".out");
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-Xmx64m",
                            "-cp",
                            classPath(),
                            KilledStudio.class.getName(),
                            folder.toString()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
                    .redirectError(
                            folder.resolveSibling(folder.getFileName() + ".err").toFile())
                    .start();
            return new Victim(process, folder, said);
        }

        /** Returns the class path of the program, wherever the test has its parts from. */
        private static String classPath() {
            return Stream.of(
                            KilledStudio.class,
                            Camera.class,
                            LoadSettings.class,
                            Nullable.class,
                            Assertions.class,
                            AssertionFailedError.class,
                            JUnitException.class,
                            Native.class)
                    .map(needed -> needed.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .getPath())
                    .distinct()
                    .collect(Collectors.joining(File.pathSeparator));
        }

        String complaint() {
            try {
                return Files.readString(folder.resolveSibling(folder.getFileName() + ".err"));
            } catch (IOException unread) {
                return String.valueOf(unread);
            }
        }

        long written() throws Exception {
            String last = "0";
            try (BufferedReader lines = Files.newBufferedReader(said)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    last = line.isEmpty() ? last : line;
                }
            }
            return Long.parseLong(last.strip());
        }
    }

    @Test
    @Tag("long")
    void killedAtAnyMoment_losesAtMostASecond_andEveryFileIsFinished() throws Exception {
        Random random = new Random(7);
        for (int round = 0; round < KILLS / AT_ONCE; round++) {
            Victim[] victims = new Victim[AT_ONCE];
            for (int i = 0; i < AT_ONCE; i++) {
                victims[i] = Victim.start(Files.createDirectories(folder.resolve(round + "-" + i)));
            }
            for (Victim victim : victims) {
                long deadline = System.nanoTime() + 60_000_000_000L;
                while (Files.size(victim.said()) < 8 && System.nanoTime() < deadline) {
                    victim.process().waitFor(2 + random.nextInt(40), TimeUnit.MILLISECONDS);
                }
                victim.process().destroyForcibly().waitFor();
            }
            for (Victim victim : victims) {
                check(victim);
            }
        }
    }

    private static void check(Victim victim) throws Exception {
        long written = victim.written();
        assertTrue(written > 0, () -> "it recorded nothing: " + victim.complaint());
        long frames = 0;
        List<Path> files = Studio.files(victim.folder());
        for (Path file : files) {
            Finish.Result result =
                    Finish.finish(Disk.SYSTEM, file, /* owed= */ false).result();
            if (result == Finish.Result.EMPTY) {
                continue; // its first frame was about to be written
            }
            try (RecordedFile recorded = RecordedFile.open(file)) {
                Scan scan = new Scan(recorded);
                scan.run(recorded.firstFragment());
                frames += scan.index().samples(1);
                assertTrue(recorded.head().indexOffset() > 0, () -> file + " is not finished");
            }
        }
        long kept = frames;
        assertTrue(kept >= written - Studio.GOP, () -> "written=" + written + " kept=" + kept + " " + files);
        assertEquals(kept, RecordingTest.decodedAll(files));
    }
}
