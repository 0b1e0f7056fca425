package dev.perch.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Lists every value of a configuration and its origin. The file is read anew at each call, so that nothing is kept in memory. */
public final class Settings {
    /** The defaults of absent keys, as they would be written; a test compares them with the reader's. */
    static final Map<String, String> SERVER =
            ordered("address", "0.0.0.0", "port", "8080", "max-viewers", "auto", "max-viewers-per-address", "auto");

    static final Map<String, String> MEMORY = ordered("budget", "auto");

    static final Map<String, String> RECORD = ordered("keep-free", "10%");

    static final Map<String, String> CAMERA = ordered(
            "format",
            "auto",
            "size",
            "nearest 1280x720",
            "fps",
            "30",
            "jpeg-quality",
            "80",
            "rotate",
            "0",
            "mirror",
            "false",
            "run",
            "on-demand",
            "linger",
            "10s",
            "warm-up",
            "500ms",
            "ring",
            "auto",
            "encoder",
            "auto",
            "jpeg-encoder",
            "auto",
            "jpeg-workers",
            "auto",
            "segment",
            "1s",
            "part",
            "200ms",
            "window",
            "10s",
            "max-viewers",
            "auto");

    private final PerchConfig config;
    private final Map<String, Setting> said = new LinkedHashMap<>();

    private Settings(PerchConfig config) {
        this.config = config;
    }

    private static Map<String, String> ordered(String... pairs) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    /**
     * Returns all values, section by section.
     *
     * @throws ConfigException if the file can no longer be read
     */
    public static List<Setting> of(PerchConfig config) throws ConfigException {
        Settings settings = new Settings(config);
        Optional<Path> file = config.file();
        if (file.isPresent()) {
            ConfigFile.tree(file.get()).ifPresent(root -> settings.walk("", root));
        }
        settings.environment();
        settings.commandLine("server.address", config.server().address());
        settings.commandLine("server.port", String.valueOf(config.server().port()));
        return settings.all();
    }

    /**
     * Returns whether the file was written after {@code millis}, in milliseconds since 1970, so that the values listed are not those in force.
     */
    public static boolean changedSince(PerchConfig config, long millis) {
        try {
            return config.file().isPresent()
                    && Files.getLastModifiedTime(config.file().get()).toMillis() > millis;
        } catch (IOException gone) {
            return true;
        }
    }

    private void walk(String key, Node node) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                String name = Section.scalarText(tuple.getKeyNode());
                walk(key.isEmpty() ? name : key + "." + name, tuple.getValueNode());
            }
        } else if (node instanceof SequenceNode sequence
                && sequence.getValue().stream().anyMatch(each -> !(each instanceof ScalarNode))) {
            int number = 0;
            for (Node each : sequence.getValue()) {
                number++;
                walk(key + "." + number, each);
            }
        } else {
            String line = node.getStartMark()
                    .map(mark -> String.valueOf(mark.getLine() + 1))
                    .orElse("");
            add(key, text(key, node), Setting.Origin.LINE, line);
        }
    }

    private static String text(String key, Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            return hidden(key, Section.scalarText(node));
        }
        List<String> words =
                sequence.getValue().stream().map(Section::scalarText).toList();
        return hidden(key, Redaction.ofCommand(words).redact(String.join(" ", words)));
    }

    private static String hidden(String key, String value) {
        boolean secret = Redaction.isSecretName(key.substring(key.lastIndexOf('.') + 1));
        return secret && !value.isEmpty()
                ? Redaction.HIDDEN
                : Redaction.general().redact(value);
    }

    private void add(String key, String value, Setting.Origin origin, String detail) {
        said.put(key, new Setting(key, value, origin, detail));
    }

    /** Adds the environment's values, which apply without a file. */
    private void environment() {
        if (config.file().isEmpty()) {
            config.environment()
                    .values()
                    .forEach((name, value) -> add(
                            Environment.keyOf(name),
                            hidden(name.toLowerCase(Locale.ROOT), value),
                            Setting.Origin.ENVIRONMENT,
                            name));
        }
    }

    private void commandLine(String key, String runs) {
        Setting known = said.get(key);
        String expected = known == null ? SERVER.getOrDefault(key.replaceFirst(".*\\.", ""), "") : known.value();
        if (!runs.equals(expected)) {
            add(key, runs, Setting.Origin.COMMAND_LINE, "");
        }
    }

    /** Returns the values that are set, and behind each section the defaults of those that are not. */
    private List<Setting> all() {
        Map<String, Map<String, String>> defaults = new LinkedHashMap<>();
        defaults.put("server.", SERVER);
        defaults.put("memory.", MEMORY);
        defaults.put("record.", RECORD);
        config.cameras().forEach(camera -> defaults.put("cameras." + camera.id() + ".", CAMERA));
        List<Setting> all = new ArrayList<>();
        said.values().stream()
                .filter(setting -> defaults.keySet().stream().noneMatch(setting.key()::startsWith))
                .forEach(all::add);
        defaults.forEach((section, values) -> {
            said.values().stream()
                    .filter(setting -> setting.key().startsWith(section))
                    .forEach(all::add);
            values.forEach((name, value) -> {
                boolean there = said.keySet().stream()
                        .anyMatch(key -> key.equals(section + name) || key.startsWith(section + name + "."));
                if (!there) {
                    all.add(new Setting(section + name, value, Setting.Origin.DEFAULT, ""));
                }
            });
        });
        return all;
    }
}
