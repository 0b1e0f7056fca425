package dev.perch.guest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a process holds.
 *
 * @param descriptors how many of each kind, those of files by their names
 * @param mappings of video devices
 * @param threads the names of Perch's own, cut at 15 letters as the kernel does
 */
record Held(Map<String, Integer> descriptors, long mappings, List<String> threads) {
    static Held by(long pid) {
        Path proc = Path.of("/proc", Long.toString(pid));
        try (Stream<Path> descriptors = Files.list(proc.resolve("fd"));
                Stream<String> maps = Files.lines(proc.resolve("maps"));
                Stream<Path> tasks = Files.list(proc.resolve("task"))) {
            Map<String, Integer> kinds = new TreeMap<>();
            descriptors
                    .map(Held::kind)
                    .filter(kind -> !kind.isEmpty())
                    .forEach(kind -> kinds.merge(kind, 1, Integer::sum));
            return new Held(
                    kinds,
                    maps.filter(line -> line.contains("/dev/video")).count(),
                    tasks.map(Held::name).filter(Held::ours).sorted().toList());
        } catch (IOException unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    private static String kind(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().replaceAll(":\\[[0-9]+\\]", "");
        } catch (IOException closedMeanwhile) {
            return ""; // is held no longer
        }
    }

    private static String name(Path task) {
        try {
            return Files.readString(task.resolve("comm")).strip();
        } catch (IOException endedMeanwhile) {
            return "";
        }
    }

    /** The closer's and the controls' threads end by themselves when nothing is to do. */
    private static boolean ours(String thread) {
        return (thread.startsWith("perch-") && !thread.equals("perch-closer")) || thread.startsWith("demo ");
    }
}
