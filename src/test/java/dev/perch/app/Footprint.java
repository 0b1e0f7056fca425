package dev.perch.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a Tomcat process has that a web application could leave behind, as /proc and jcmd tell after a full garbage collection.
 *
 * @param threads the names of its Java threads but Tomcat's request threads, whose number varies, and what the JVM keeps for a while
 * @param files what its descriptors stand for but sockets, sorted
 * @param sockets how many of its descriptors are sockets
 * @param mappings its mapped files, sorted, without duplicates
 * @param webappClassLoaders how many class loaders of web applications it has
 */
record Footprint(
        List<String> threads, List<String> files, int sockets, List<String> mappings, long webappClassLoaders) {
    private static final Pattern JAVA_THREAD = Pattern.compile("\"([^\"]+)\" #\\d+ ");
    private static final Pattern COMES_AND_GOES =
            Pattern.compile("http-nio.*-exec-\\d+|Attach Listener|C[12] CompilerThread\\d+|process reaper");

    static Footprint of(StockTomcat tomcat) throws IOException {
        tomcat.jcmd("GC.run");
        List<String> links = links(Path.of("/proc", Long.toString(tomcat.pid()), "fd"));
        return new Footprint(
                threads(tomcat),
                links.stream().filter(link -> !link.startsWith("socket:")).toList(),
                (int) links.stream().filter(link -> link.startsWith("socket:")).count(),
                mappings(tomcat),
                tomcat.jcmd("VM.classloader_stats")
                        .lines()
                        .filter(line -> line.contains("ParallelWebappClassLoader"))
                        .count());
    }

    private static List<String> threads(StockTomcat tomcat) throws IOException {
        return JAVA_THREAD
                .matcher(tomcat.jcmd("Thread.print"))
                .results()
                .map(match -> match.group(1))
                .filter(name -> !COMES_AND_GOES.matcher(name).matches())
                .sorted()
                .toList();
    }

    private static List<String> links(Path folder) throws IOException {
        List<String> links = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(folder)) {
            for (Path descriptor : descriptors.toList()) {
                target(descriptor).ifPresent(links::add);
            }
        }
        links.sort(null);
        return links;
    }

    private static Optional<String> target(Path descriptor) throws IOException {
        try {
            return Optional.of(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
            return Optional.empty(); // closed since it was listed
        }
    }

    private static List<String> mappings(StockTomcat tomcat) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(tomcat.pid()), "maps")).stream()
                .map(line -> Arrays.asList(line.split(" +", 6)))
                .filter(columns -> columns.size() == 6 && columns.get(5).startsWith("/"))
                .map(columns -> columns.get(5))
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether there is nothing that {@code before} does not have. */
    boolean isWithin(Footprint before) {
        return extra(threads, before.threads).isEmpty()
                && extra(files, before.files).isEmpty()
                && sockets <= before.sockets + 1 // a keep-alive connection
                && extra(mappings, before.mappings).isEmpty()
                && webappClassLoaders <= before.webappClassLoaders;
    }

    /** What there is that {@code before} does not have, for a person to read. */
    String leftBehindSince(Footprint before) {
        return "threads " + extra(threads, before.threads) + ", files " + extra(files, before.files) + ", sockets "
                + (sockets - before.sockets) + ", mappings " + extra(mappings, before.mappings) + ", class loaders "
                + (webappClassLoaders - before.webappClassLoaders);
    }

    private static List<String> extra(List<String> now, List<String> before) {
        List<String> extra = new ArrayList<>(now);
        before.forEach(extra::remove);
        return extra;
    }
}
