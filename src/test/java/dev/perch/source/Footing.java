package dev.perch.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What this process has that a run could leave behind.
 *
 * @param threads the names of the threads of the camera front
 * @param pipes how many of its descriptors are pipes
 * @param children how many processes it has started that have not ended
 */
record Footing(List<String> threads, long pipes, long children) {
    /** Those that wait for the next test come and go by themselves. */
    private static final String BROWSERS = ".*/(chrom|firefox).*";

    /** Once the threads of the camera front, which tell their session's end before their own, have had time for it. */
    static Footing now() throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("perch-front-")) {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
            }
        }
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return new Footing(
                    Thread.getAllStackTraces().keySet().stream()
                            .map(Thread::getName)
                            .filter(name -> name.startsWith("perch-front-"))
                            .sorted()
                            .toList(),
                    open.filter(Footing::pipe).count(),
                    ProcessHandle.current()
                            .descendants()
                            .filter(child -> !child.info().command().orElse("").matches(BROWSERS))
                            .count());
        }
    }

    private static boolean pipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException closed) {
            return false; // since it was listed
        }
    }
}
