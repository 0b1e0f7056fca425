package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact messages for files that are wrong: {@code bad/NAME.yml} and what it gives in {@code bad/NAME.txt}. */
class ConfigErrorsTest {
    private static final Path BAD = Path.of("src/test/resources/config/bad");

    static List<Path> badFiles() throws IOException {
        try (Stream<Path> files = Files.list(BAD)) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void read_badFile_givesTheGoldenMessages(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        byte[] bytes = Files.readAllBytes(file);
        ConfigException e =
                assertThrows(ConfigException.class, () -> ConfigReader.read(name, ConfigFile.decode(name, bytes)));
        Path golden = BAD.resolve(name.replace(".yml", ".txt"));
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, e.getMessage() + "\n");
        }
        assertEquals(Files.readString(golden), e.getMessage() + "\n");
    }

    @Test
    void read_thousandErrors_tellsTheFirstHundredAndCountsTheRest() {
        StringBuilder text = new StringBuilder();
        IntStream.rangeClosed(1, 1000)
                .forEach(i -> text.append("nonsense").append(i).append(": x\n"));
        ConfigException e = assertThrows(ConfigException.class, () -> ConfigReader.read("p.yml", text.toString()));
        assertEquals(101, e.problems().size());
        assertEquals(100, e.problems().get(99).line());
        assertEquals("p.yml: and 900 more problems", e.problems().get(100).toString());
    }

    @Test
    void read_operatorKeyRefused_isNotRepeated() {
        ConfigException e = assertThrows(
                ConfigException.class, () -> ConfigReader.read("p.yml", "server: { operator-key: my secret }"));
        assertEquals(
                "p.yml:1:25: operator-key: found something else, accepted: at most 256 printable ASCII characters,"
                        + " no space",
                e.getMessage());
    }

    @Test
    void load_largeFile_isRefused(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("p.yml"), "#".repeat(ConfigFile.MAX_BYTES + 1));
        ConfigException e = assertThrows(ConfigException.class, () -> PerchConfig.load(file));
        assertEquals(file + ": is larger than 256 KiB, which no configuration is", e.getMessage());
    }

    @Test
    void load_absentFile_isRefused(@TempDir Path directory) {
        Path file = directory.resolve("p.yml");
        ConfigException e = assertThrows(ConfigException.class, () -> PerchConfig.load(file));
        assertEquals(file + ": does not exist", e.getMessage());
    }

    @Test
    void load_directory_isRefused(@TempDir Path directory) {
        ConfigException e = assertThrows(ConfigException.class, () -> PerchConfig.load(directory));
        assertEquals(directory + ": is a directory, not a file", e.getMessage());
    }

    @Test
    void load_byteOrderMark_isSkipped(@TempDir Path directory) throws IOException, ConfigException {
        byte[] bytes = "\uFEFFserver: { port: 1 }".getBytes(StandardCharsets.UTF_8);
        Path file = Files.write(directory.resolve("p.yml"), bytes);
        assertEquals(1, PerchConfig.load(file).server().port());
    }
}
