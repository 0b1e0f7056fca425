package dev.perch.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the source of each camera. */
final class SourceReader {
    private static final ValueType<String> PUBLISH = new ValueType<>(
            SourceConfig.Wildcard.ACCEPTED,
            List.of("true"),
            List.of(),
            /* secret= */ false,
            text -> Optional.of(text)
                    .filter(word -> word.equals("true")
                            || SourceConfig.Wildcard.begin(word).isPresent()));

    private static final ValueType<Integer> MOST_CAMERAS = ValueType.of(
            "1 to 64",
            text -> Optional.of(text)
                    .filter(number -> number.matches("[1-9][0-9]?"))
                    .map(Integer::valueOf)
                    .filter(number -> number <= 64));

    private final Problems problems;
    private final Map<SourceConfig, String> cameraOfDevice = new HashMap<>();

    SourceReader(Problems problems) {
        this.problems = problems;
    }

    /** Reads exactly one source. The demo replaces a source that was refused, so that the other values are checked too. */
    SourceConfig read(String id, Section section, Node key) {
        Optional<SourceConfig> device = section.value("device", Values.DEVICE);
        Optional<SourceConfig.Command> command = section.node("command")
                .flatMap(this::command)
                .map(known -> known.within(
                        section.value("start-timeout", Values.START_TIMEOUT, SourceConfig.Command.START_TIMEOUT)));
        checkStartTimeout(section);
        section.node("demo")
                .filter(node -> !Section.isNothing(node))
                .ifPresent(node -> section.value("demo", Values.DEMO));
        long sources = Keys.SOURCE.known().stream()
                .filter(word -> section.node(word).isPresent())
                .count();
        if (sources > 1) {
            problems.at(
                    secondSource(section),
                    "camera " + Text.quoted(id) + " has " + (sources == 2 ? "two" : sources)
                            + " sources, accepted: exactly one of " + String.join(", ", Keys.SOURCE.known()));
        } else if (sources == 0 && section.strangers().stream().noneMatch(this::meansSource)) {
            problems.at(
                    key,
                    "camera " + Text.quoted(id) + " has no source, accepted: exactly one of "
                            + String.join(", ", Keys.SOURCE.known()));
        }
        device.ifPresent(known -> checkUnused(known, id, section.node("device").orElseThrow()));
        Optional<SourceConfig> inputs = input(section);
        Optional<SourceConfig> publish = publish(section);
        return device.or(() -> command).or(() -> inputs).or(() -> publish).orElseGet(SourceConfig.Demo::new);
    }

    private Optional<SourceConfig> publish(Section section) {
        String key = section.value("publish-key", Values.OPERATOR_KEY, "");
        boolean replace = section.value("replace", Values.FLAG, /* otherwise= */ false);
        Duration linger = section.value("linger-publisher", Values.LINGER, SourceConfig.Publish.LINGER);
        if (section.node("publish").isEmpty()) {
            for (String beside : List.of("publish-key", "replace", "linger-publisher")) {
                section.node(beside)
                        .ifPresent(node -> problems.at(
                                node, beside + ": only what is published has it, accepted: beside publish: true"));
            }
        }
        SourceConfig.Publish each = new SourceConfig.Publish(key, replace, linger);
        Optional<String> begin = section.value("publish", PUBLISH);
        Optional<SourceConfig> wildcard = begin.filter(text -> !text.equals("true"))
                .flatMap(SourceConfig.Wildcard::begin)
                .map(known -> new SourceConfig.Wildcard(
                        known, each, section.value("max-cameras", MOST_CAMERAS, SourceConfig.Wildcard.MOST)));
        if (wildcard.isEmpty()) {
            section.node("max-cameras")
                    .ifPresent(
                            node -> problems.at(
                                    node,
                                    "max-cameras: only cameras that come with their publishers have it, accepted: beside publish: live/*"));
        }
        return wildcard.or(() -> begin.map(yes -> each));
    }

    /** Returns the source that ffmpeg reads. */
    private Optional<SourceConfig> input(Section section) {
        Duration startTimeout =
                section.value("start-timeout", Values.START_TIMEOUT, SourceConfig.Command.START_TIMEOUT);
        Optional<SourceConfig.Url> url = section.value("url", Values.URL)
                .map(text -> new SourceConfig.Url(
                        text,
                        section.value("loop", Values.FLAG, /* otherwise= */ true),
                        section.value("growing", Values.FLAG, /* otherwise= */ false),
                        startTimeout));
        checkFile(section, url);
        if (section.node("url").isPresent() || section.node("ffmpeg").isPresent()) {
            section.node("format")
                    .ifPresent(node -> problems.at(
                            node, "format: ffmpeg finds out what it reads, accepted: none beside url or ffmpeg"));
        }
        return section.node("ffmpeg")
                .flatMap(this::words)
                .<SourceConfig>map(words -> new SourceConfig.Ffmpeg(words, startTimeout))
                .or(() -> url);
    }

    /** Checks the keys of files: only a file ends, and only a growing one is waited for. */
    private void checkFile(Section section, Optional<SourceConfig.Url> url) {
        boolean file = url.filter(known -> known.kind() == Address.Kind.FILE).isPresent();
        boolean refused = section.node("url").isPresent() && url.isEmpty();
        for (String key : List.of("loop", "growing")) {
            if (!file && !refused) {
                section.node(key)
                        .ifPresent(node ->
                                problems.at(node, key + ": only a file has it, accepted: beside the url of a file"));
            }
        }
        if (url.filter(SourceConfig.Url::growing).isPresent()
                && section.node("loop").isPresent()) {
            problems.at(
                    section.node("loop").orElseThrow(),
                    "loop: a growing file has no end, accepted: either of loop and growing");
        }
    }

    /** Reads ffmpeg's words, from a line without a shell or from a list. */
    private Optional<List<String>> words(Node node) {
        List<String> words = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            for (Node word : list.getValue()) {
                Section.read("ffmpeg", word, Values.COMMAND_WORD, problems).ifPresent(words::add);
            }
            if (words.size() < list.getValue().size()) {
                return Optional.empty();
            }
        } else {
            Optional<String> line = Section.read("ffmpeg", node, Values.FFMPEG, problems);
            if (line.isEmpty()) {
                return Optional.empty();
            }
            words.addAll(Arrays.asList(line.get().strip().split("\\s+", -1)));
        }
        int input = words.lastIndexOf("-i");
        if (input < 0 || input != words.size() - 2 || words.indexOf("-i") != input) {
            problems.at(
                    node,
                    "ffmpeg: found " + (input < 0 ? "no -i" : "words behind the input, or two inputs") + ", accepted: "
                            + Values.FFMPEG.accepted());
            return Optional.empty();
        }
        return Optional.of(words);
    }

    private void checkStartTimeout(Section section) {
        Optional<Node> timeout = section.node("start-timeout");
        boolean otherSource = Stream.of("command", "url", "ffmpeg")
                        .allMatch(word -> section.node(word).isEmpty())
                && Keys.SOURCE.known().stream()
                        .anyMatch(word -> section.node(word).isPresent());
        if (timeout.isPresent() && otherSource) {
            problems.at(
                    timeout.get(), "start-timeout: only a program has one, accepted: beside command, url or ffmpeg");
        }
    }

    /** Reads a command. A list is executed as it is; a text is read by a shell, as in a terminal. */
    private Optional<SourceConfig.Command> command(Node node) {
        if (node instanceof SequenceNode list && !list.getValue().isEmpty()) {
            List<String> words = new ArrayList<>();
            for (Node word : list.getValue()) {
                Section.read("command", word, Values.COMMAND_WORD, problems).ifPresent(words::add);
            }
            return words.size() == list.getValue().size()
                    ? Optional.of(SourceConfig.Command.of(words))
                    : Optional.empty();
        }
        return Section.read("command", node, Values.COMMAND, problems).map(SourceConfig.Command::ofShell);
    }

    private static Node secondSource(Section section) {
        return section.entries().values().stream()
                .map(NodeTuple::getKeyNode)
                .filter(key -> Keys.SOURCE.known().contains(Section.scalarText(key)))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    /** Returns whether a refused key already explains why there is no source. */
    private boolean meansSource(String stranger) {
        return stranger.equals("<<")
                || Keys.SOURCE.later().contains(stranger)
                || Keys.CAMERA
                        .suggested(stranger)
                        .filter(Keys.SOURCE.known()::contains)
                        .isPresent();
    }

    private void checkUnused(SourceConfig device, String id, Node node) {
        String earlier = cameraOfDevice.putIfAbsent(device, id);
        if (earlier != null) {
            problems.at(
                    node,
                    "device: " + Text.quoted(device.toString()) + " is already the device of camera "
                            + Text.quoted(earlier) + ", accepted: a device for each camera");
        }
    }
}
