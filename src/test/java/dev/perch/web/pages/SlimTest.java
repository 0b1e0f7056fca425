package dev.perch.web.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SlimTest {
    private static final Path STATIC = Path.of("webapp", "static");

    @Test
    void comments_goAndLinesStay() {
        assertEquals(
                "\n\nconst a = 'http://b // c';\nconst b = 1; // it's\n\n\n\n\nif (a) {\nb();\n}\n",
                Slim.of(
                        "x.js",
                        "// one\n/** two */\nconst a = 'http://b // c'; // d\nconst b = 1; // it's\n\n  /**\n   * three\n   */\nif (a) {\n  b();\n}\n"));
        assertEquals("\na { color: red; }\n", Slim.of("x.css", "/* one */\n  a { color: red; }\n"));
        assertEquals("<!-- one -->\n", Slim.of("x.svg", "<!-- one -->\n"));
    }

    /** What could be mistaken for a comment, or for indentation, stands in no file. */
    @Test
    void ownFiles_haveNoTextOfSeveralLines_andNoCodeBehindAComment() throws IOException {
        try (Stream<Path> files = Files.walk(STATIC)) {
            List<Path> own = files.filter(file -> file.toString().matches(".*\\.(js|css)"))
                    .filter(file -> !file.startsWith(STATIC.resolve("players")))
                    .toList();
            assertTrue(own.size() > 40, own::toString);
            for (Path file : own) {
                String text = Files.readString(file);
                text.lines().forEach(line -> {
                    assertTrue(line.chars().filter(c -> c == '`').count() % 2 == 0, () -> file + ": " + line);
                    assertTrue(line.endsWith("*/") || !line.strip().matches("/?\\*.*\\*/.*"), () -> file + ": " + line);
                });
            }
        }
    }
}
