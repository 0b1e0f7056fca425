package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.ConfigException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the file holds, the answer is a configuration or a {@link ConfigException} with lines that are in the file. */
class ConfigFuzzTest {
    /** What YAML gives a meaning, and what its readers have stumbled over. */
    private static final List<String> WORDS = List.of(
            ": ",
            "- ",
            "? ",
            "[",
            "]",
            "{",
            "}",
            "&a ",
            "*a",
            "<<: *a",
            "!",
            "!!",
            "!<%>",
            "!a!b ",
            "%YAML 1.99999999999999",
            "%TAG ! !",
            "\n",
            "\r",
            "\t",
            "\n---\n",
            "\n...\n",
            "|",
            ">9",
            "|+-",
            "'",
            "\"",
            "\"\\U0fffffff\"",
            "\"\\uD800\"",
            "\\",
            "#",
            "\u0000",
            "\uFEFF",
            "\uD800",
            "\u2028",
            "null",
            "~",
            "0",
            "99999999999999999999",
            "auto",
            "demo:",
            "device: /dev/video0\n",
            "\"/\\0\"",
            "cameras:\n",
            "server:\n",
            "1/1",
            "%41",
            "!%FF ",
            "!<tag:%ZZ> ",
            "@",
            "`");

    record Edit(int position, int removed, String inserted) {
        String apply(String text) {
            int from = position % (text.length() + 1);
            int to = Math.min(text.length(), from + removed);
            return text.substring(0, from) + inserted + text.substring(to);
        }
    }

    @Property(tries = 3000)
    void read_mutatedSample_givesConfigurationOrConfigException(
            @ForAll("samples") String sample, @ForAll("edits") List<Edit> edits) {
        String text = sample;
        for (Edit edit : edits) {
            text = edit.apply(text);
        }
        check(text);
    }

    @Property(tries = 1000)
    void decode_anyBytes_givesConfigurationOrConfigException(@ForAll byte[] bytes) {
        try {
            check(ConfigFile.decode("p.yml", bytes));
        } catch (ConfigException e) {
            assertFalse(e.problems().isEmpty());
        }
    }

    @Property(tries = 1000)
    void read_wordsInARow_givesConfigurationOrConfigException(@ForAll("words") List<String> words) {
        check(String.join("", words));
    }

    private static void check(String text) {
        try {
            ConfigReader.read("p.yml", text);
        } catch (ConfigException e) {
            int lines = text.split("\r\n|\r|\n", -1).length;
            assertFalse(e.problems().isEmpty());
            for (Problem problem : e.problems()) {
                assertTrue(problem.line() >= 0 && problem.line() <= lines, () -> problem + " of " + lines + " lines");
                assertTrue(problem.toString().codePoints().allMatch(Text::isPlain), problem::toString);
            }
        }
    }

    @Provide
    Arbitrary<String> samples() throws IOException {
        List<String> samples = new ArrayList<>(List.of(Files.readString(Path.of("conf/perch.yml"))));
        for (Path file : ConfigErrorsTest.badFiles()) {
            samples.add(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
        return Arbitraries.of(samples);
    }

    @Provide
    Arbitrary<List<Edit>> edits() {
        Arbitrary<String> inserted = Arbitraries.oneOf(
                Arbitraries.of(WORDS), Arbitraries.strings().ofMaxLength(4), Arbitraries.of("a", "[".repeat(99)));
        return Combinators.combine(
                        Arbitraries.integers().between(0, 4000),
                        Arbitraries.integers().between(0, 12),
                        inserted)
                .as(Edit::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<List<String>> words() {
        return Arbitraries.of(WORDS).list().ofMaxSize(20);
    }
}
