package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Boots a guest with the V4L2 drivers, runs every test class in it whose name ends in GuestCase, but for those of {@link SecondGuestIT}, and shows each of their
 * tests as one of its own. A new guest test is a new class of that name with JUnit's annotations; {@code -Dguest.cases=Vivid} runs those
 * whose name contains the word.
 */
@Tag("guest")
class GuestIT {
    private static final Path RIG = Path.of("src/test/rig/v4l2-guest").toAbsolutePath();
    private static final String LIMIT_SECONDS = "3600";

    @TestFactory
    List<DynamicTest> inTheGuest() throws IOException, InterruptedException {
        return inAGuest("v4l2-guest", name -> !SecondGuestIT.ours(name));
    }

    /** Runs those of the cases that are {@code ours} in a guest that leaves what it has under target/{@code folder}. */
    static List<DynamicTest> inAGuest(String folder, Predicate<String> ours) throws IOException, InterruptedException {
        List<String> cases = cases().stream().filter(ours).toList();
        if (cases.isEmpty()) {
            return List.of();
        }
        Clips.make();
        Path out = Path.of("target", folder).toAbsolutePath();
        Path results = out.resolve("results.tsv");
        Files.createDirectories(out);
        Files.deleteIfExists(results);
        Path console = out.resolve("console.log");
        int code = boot(cases, out, console);
        List<DynamicTest> tests = new ArrayList<>();
        if (Files.exists(results)) {
            Files.readAllLines(results).forEach(line -> tests.add(shown(line)));
        }
        tests.add(DynamicTest.dynamicTest(
                folder + " ran to its end", () -> assertEquals(0, code, () -> "see " + console + tail(console))));
        return tests;
    }

    private static int boot(List<String> cases, Path out, Path console) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(RIG.toString(), "-m", "1024", "-t", LIMIT_SECONDS, "--"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // a compiler thread costs more than it gives there
                "-XX:+UnlockDiagnosticVMOptions",
                "-XX:-BytecodeVerificationRemote", // the same classes were verified on this machine
                "-Xmx256m",
                "--add-opens=java.base/java.lang=ALL-UNNAMED", // as Tomcat's scripts have it
                "-Dperch.war=" + System.getProperty("perch.war", ""),
                "-D" + Perch.ARCHIVE + "=" + archive(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                GuestMain.class.getName()));
        command.addAll(cases);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("GUEST_OUT", out.toString());
        return builder.start().waitFor();
    }

    /** Perch's classes as the JVM has them in memory: with them it starts there in half of the time. Empty where none could be made. */
    private static String archive() throws IOException, InterruptedException {
        try (FileChannel lock = FileChannel.open(
                        Path.of("target/guest.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = lock.lock()) { // the other guest is run by another program
            return held.isValid() ? archived() : "";
        }
    }

    private static String archived() throws IOException, InterruptedException {
        Path war = Path.of(System.getProperty("perch.war", "target/perch.war")).toAbsolutePath();
        Path archive = Path.of("target/guest.jsa").toAbsolutePath();
        if (!Files.exists(archive) || newer(war, archive)) {
            Files.deleteIfExists(archive);
            ProcessBuilder rehearsal = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:+UseSerialGC",
                            "-Xmx64m",
                            "-XX:ArchiveClassesAtExit=" + archive,
                            "-jar",
                            war.toString(),
                            "rehearse")
                    .redirectErrorStream(true)
                    .redirectOutput(Path.of("target/guest-archive.log").toFile());
            rehearsal
                    .environment()
                    .put(
                            "XDG_CACHE_HOME",
                            Path.of("target/guest-cache").toAbsolutePath().toString());
            rehearsal.start().waitFor();
        }
        return Files.exists(archive) ? archive.toString() : "";
    }

    private static boolean newer(Path one, Path other) throws IOException {
        return Files.getLastModifiedTime(one).compareTo(Files.getLastModifiedTime(other)) > 0;
    }

    private static List<String> cases() throws IOException {
        String wanted = System.getProperty("guest.cases", "");
        Path classes = Path.of("target/test-classes");
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(name -> name.endsWith("GuestCase.class") && name.contains(wanted))
                    .map(name -> name.replace(".class", "").replace('/', '.'))
                    .sorted()
                    .toList();
        }
    }

    /** A line of the results ({@link GuestReport}). */
    private static DynamicTest shown(String line) {
        String[] columns = line.split("\t", 4);
        return DynamicTest.dynamicTest(columns[0] + " (" + columns[2] + " ms in the guest)", () -> {
            if (columns[1].equals("AGAIN")) { // bin/check tells it
                System.out.println(columns[0] + " has passed at the second try: " + columns[3].replace("\\n", "\n"));
            } else if (!columns[1].equals("PASSED")) {
                fail(columns[3].replace("\\n", "\n"));
            }
        });
    }

    private static String tail(Path console) {
        try {
            List<String> lines = Files.readAllLines(console);
            return ":\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException unreadable) {
            return ", which cannot be read: " + unreadable;
        }
    }
}
