package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** What a session of {@code src/test/rig}, run inside a guest, left behind: its facts, its files, its exit code. */
final class RigSession {
    private static final Path RIG = Path.of("src/test/rig").toAbsolutePath();

    private final Path out;
    private final Path console;
    private final int code;
    private final Map<String, String> facts = new HashMap<>();

    private RigSession(Path out, Path console, int code) throws IOException {
        this.out = out;
        this.console = console;
        this.code = code;
        Path written = out.resolve("facts");
        if (Files.exists(written)) {
            for (String line : Files.readAllLines(written)) {
                facts.put(word(line), line.substring(word(line).length()).strip());
            }
        }
    }

    /**
     * Runs a session to its end.
     *
     * @param name of the folder under target/ that it writes to
     * @param guest the guest's script and its options
     */
    static RigSession run(String name, String session, String... guest) throws IOException, InterruptedException {
        Clips.make();
        Path out = Path.of("target", name).toAbsolutePath();
        Path console = Path.of("target", name + ".log").toAbsolutePath();
        Files.createDirectories(out);
        List<String> command = new ArrayList<>(List.of(guest));
        command.set(0, RIG.resolve(guest[0]).toString());
        command.addAll(List.of("--", RIG.resolve(session).toString(), Clips.FOLDER.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        builder.environment().put("GUEST_OUT", out.toString());
        return new RigSession(out, console, builder.start().waitFor());
    }

    static String word(String line) {
        int space = line.indexOf(' ');
        return space < 0 ? line : line.substring(0, space);
    }

    Map<String, String> facts() {
        return facts;
    }

    String fact(String name) {
        return Objects.requireNonNull(facts.get(name), () -> "no fact " + name + lastWords());
    }

    /** One of the files that it wrote. */
    Path file(String name) {
        return out.resolve(name);
    }

    void cameToItsEnd() {
        assertEquals(0, code, this::lastWords);
    }

    String lastWords() {
        try {
            List<String> lines = Files.readAllLines(console);
            return "; see " + console + ":\n"
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException unreadable) {
            return "; " + console + " cannot be read: " + unreadable;
        }
    }

    String resident(String when) {
        return most(when, "pss") + " kB (Rss " + most(when, "rss") + ", of it anonymous " + most(when, "pss_anon")
                + ")";
    }

    /** The largest of the figures taken at that time: some are of a moment at which the kernel saw half of the mappings. */
    int most(String when, String figure) {
        return facts.entrySet().stream()
                .filter(fact -> fact.getKey().matches(Pattern.quote(when) + "\\d?-" + figure))
                .mapToInt(fact -> Integer.parseInt(fact.getValue()))
                .max()
                .orElse(0);
    }
}
