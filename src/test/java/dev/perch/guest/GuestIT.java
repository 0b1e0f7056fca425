package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Boots the guest with the V4L2 drivers once, runs every test class whose name ends in GuestCase there, and shows each of their tests as one of
 * its own. A new guest test is a new class of that name with JUnit's annotations; {@code -Dguest.cases=Vivid} runs those whose name
 * contains the word.
 */
@Tag("guest")
class GuestIT {
    private static final Path RIG = Path.of("src/test/rig/v4l2-guest").toAbsolutePath();
    private static final Path OUT = Path.of("target/v4l2-guest").toAbsolutePath();
    private static final String LIMIT_SECONDS = "3600";

    @TestFactory
    List<DynamicTest> inTheGuest() throws IOException, InterruptedException {
        Clips.make();
        Path results = OUT.resolve("results.tsv");
        Files.createDirectories(OUT);
        Files.deleteIfExists(results);
        Path console = OUT.resolve("console.log");
        int code = boot(cases(), console);
        List<DynamicTest> tests = new ArrayList<>();
        if (Files.exists(results)) {
            Files.readAllLines(results).forEach(line -> tests.add(shown(line)));
        }
        tests.add(DynamicTest.dynamicTest(
                "the guest ran to its end", () -> assertEquals(0, code, () -> "see " + console + tail(console))));
        return tests;
    }

    private static int boot(List<String> cases, Path console) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(RIG.toString(), "-m", "1024", "-t", LIMIT_SECONDS, "--"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1", // a compiler thread costs more than it gives there
                "-Xmx256m",
                "-Dperch.war=" + System.getProperty("perch.war", ""),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                GuestMain.class.getName()));
        command.addAll(cases);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("GUEST_OUT", OUT.toString());
        return builder.start().waitFor();
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

    /** A line of the results: name, PASSED or FAILED, milliseconds, what was wrong; tabs between. */
    private static DynamicTest shown(String line) {
        String[] columns = line.split("\t", 4);
        return DynamicTest.dynamicTest(columns[0] + " (" + columns[2] + " ms in the guest)", () -> {
            if (!columns[1].equals("PASSED")) {
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
