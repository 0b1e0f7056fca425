package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents tell people to write into the configuration is taken by it, and what they tell to type by the command line. */
class DocumentSamplesTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```(\\w*)\\n(.*?)^ *```");
    private static final Pattern KEY = Pattern.compile("    ([a-z-]+):.*");
    private static final Pattern COMMAND = Pattern.compile("(?:sudo )?(?:bin/)?perch((?: [^#|&]*)?)(?:[#|&].*)?");
    private static final Set<String> SOURCES = Set.of("device", "command", "url", "ffmpeg", "publish", "demo");

    @TempDir
    Path folder;

    private record Block(Path document, String language, String text) {}

    private static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<Path> documents = new ArrayList<>(List.of(Path.of("README.md")));
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            documents.addAll(
                    docs.filter(file -> file.toString().endsWith(".md")).toList());
        }
        for (Path document : documents) {
            Matcher block = BLOCK.matcher(Files.readString(document));
            while (block.find()) {
                // one that belongs to a list is indented as a whole
                String text = block.group(3).replaceAll("(?m)^" + block.group(1), "");
                blocks.add(new Block(document, block.group(2), text));
            }
        }
        return blocks;
    }

    @Test
    void settings_areTaken() throws IOException {
        List<String> refused = new ArrayList<>();
        int count = 0;
        for (Block block : blocks()) {
            if (!block.language().equals("yaml") || block.text().startsWith("scrape_configs")) { // Prometheus' own
                continue;
            }
            count++;
            try {
                PerchConfig config =
                        PerchConfig.load(Files.writeString(folder.resolve("perch.yml"), whole(block.text())));
                assertFalse(config.cameras().isEmpty(), block::text);
            } catch (ConfigException wrong) {
                refused.add(block.document() + ": " + wrong.getMessage());
            }
        }
        assertTrue(refused.isEmpty(), () -> String.join("\n", refused));
        assertTrue(count > 20, "samples found: " + count);
    }

    /** Returns a whole file of a sample, which may be a part of one: sections without cameras, or the keys of one camera, of which it may have alternatives. */
    private static String whole(String sample) {
        if (!sample.startsWith(" ")) {
            return sample.contains("cameras:") ? sample : sample + "cameras: { front: { demo: true } }\n";
        }
        StringBuilder file = new StringBuilder("cameras:\n  front:\n");
        Set<String> keys = new HashSet<>();
        for (String line : sample.lines().toList()) {
            Matcher key = KEY.matcher(line);
            if (!key.matches() || keys.add(key.group(1))) {
                file.append(line).append('\n');
            }
        }
        return keys.stream().anyMatch(SOURCES::contains) ? file.toString() : file + "    device: /dev/video0\n";
    }

    @Test
    void commands_areTaken() throws IOException {
        List<String> refused = new ArrayList<>();
        int count = 0;
        for (Block block : blocks()) {
            if (block.language().equals("yaml")) {
                continue;
            }
            for (String line : block.text().lines().toList()) {
                Matcher command = COMMAND.matcher(line.strip());
                if (!command.matches()) {
                    continue;
                }
                String words = command.group(1)
                        .replaceAll("\"[^\"]*\"", "text")
                        .replace("clip.mp4", "demo")
                        .strip(); // a file has to be there
                if (words.matches("build|archive")) { // the script's own
                    continue;
                }
                count++;
                CommandLine read = CommandLine.parse(words.isEmpty() ? new String[0] : words.split(" +", -1));
                if (read instanceof CommandLine.Wrong wrong) {
                    refused.add(block.document() + ": " + line + ": " + wrong.sentence());
                }
            }
        }
        assertTrue(refused.isEmpty(), () -> String.join("\n", refused));
        assertTrue(count > 10, "commands found: " + count);
    }
}
