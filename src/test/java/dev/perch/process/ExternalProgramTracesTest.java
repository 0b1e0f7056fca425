package dev.perch.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.process.ExternalProgram.Stdin;
import dev.perch.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What programs leave in the process and in its log. */
@Timeout(60)
@Isolated("it counts the process's threads and descriptors, and listens to the log")
class ExternalProgramTracesTest {
    @Test
    void close_twentyTimes_leavesNothing() throws Exception {
        cycle(/* deaf= */ true);
        long descriptors = descriptors();
        for (int i = 0; i < 20; i++) {
            cycle(/* deaf= */ i % 4 == 0);
        }
        assertTrue(descriptors() <= descriptors, () -> descriptorsNow() + " instead of " + descriptors);
        assertEquals(
                List.of(),
                Thread.getAllStackTraces().keySet().stream()
                        .map(Thread::getName)
                        .filter(name -> name.startsWith("perch-cycle-"))
                        .toList());
    }

    /** Starts a program and ends it: one that ends with its input, or one that has to be ended. */
    private static void cycle(boolean deaf) throws Exception {
        ExternalProgram program = ExternalProgram.start(
                "cycle",
                List.of("sh", "-c", "echo oh >&2; echo x; " + (deaf ? "sleep 1000 | cat" : "cat | cat")),
                Stdin.PIPE);
        assertEquals('x', program.stdout().read());
        program.close();
        assertEquals(List.of("oh"), program.lastLines());
    }

    private static String descriptorsNow() {
        try {
            return Long.toString(descriptors());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).toString().startsWith("pipe:");
                        } catch (IOException closed) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void lines_areFewerInTheLog() throws Exception {
        try (LogLines log = LogLines.of(ErrorLines.class)) {
            ExternalProgramTest.lastLines(
                    ExternalProgramTest.shell("i=0; while [ $i -lt 500 ]; do i=$((i+1)); echo $i >&2; done"));
            List<String> lines = log.lines();
            long counted = lines.stream()
                    .filter(line -> line.endsWith(" more lines"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
            long told =
                    lines.stream().filter(line -> !line.endsWith(" more lines")).count();
            assertEquals(500, counted + told);
            assertEquals(
                    IntStream.rangeClosed(1, 10).mapToObj(i -> "test: " + i).toList(), lines.subList(0, 10));
            assertTrue(told < 100, () -> lines.toString());
        }
    }
}
