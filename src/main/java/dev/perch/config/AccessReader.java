package dev.perch.config;

import dev.perch.config.AddressRules.Rule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the {@code access} sections: the program's own and those of cameras. */
final class AccessReader {
    private static final String ALL = "all";
    private static final String PRIVATE = "private";
    private static final String CONTAINER = "container";
    private static final String ACCEPTED =
            "allow and deny with all, private, or IP addresses and networks, such as {allow: [192.168.0.0/16, \"fd00::/8\"], deny: all}";

    /** The meaning of {@code private}: loopback, link-local and private networks (RFC 1918, 3927, 4193, 4291). */
    private static final List<AddressRange> PRIVATE_RANGES = Stream.of(
                    "127.0.0.0/8",
                    "10.0.0.0/8",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "169.254.0.0/16",
                    "::1",
                    "fe80::/10",
                    "fc00::/7")
            .map(text -> AddressRange.read(text).orElseThrow())
            .toList();

    private static final ValueType<Rule> ADDRESSES = new ValueType<>(
            "all, private, or IP addresses and networks, such as [192.168.0.0/16, \"fd00::/8\"]",
            List.of(ALL, PRIVATE),
            List.of(),
            /* secret= */ false,
            AccessReader::addresses);

    private static final ValueType<String> USERS = new ValueType<>(
            "the absolute path of the file that \"perch user\" writes, or container",
            List.of(CONTAINER),
            List.of(),
            /* secret= */ false,
            text -> Optional.of(text)
                    .filter(word -> word.equals(CONTAINER)
                            || (word.startsWith("/") && !word.endsWith("/") && word.indexOf(0) < 0)));

    private static final ValueType<String> LINKS = ValueType.of(
            "the absolute path of a file that Perch may write",
            text -> Optional.of(text)
                    .filter(word -> word.startsWith("/") && !word.endsWith("/") && word.indexOf(0) < 0));

    private final Problems problems;

    AccessReader(Problems problems) {
        this.problems = problems;
    }

    private static Stream<NodeTuple> cameras(Section root) {
        return root.node("cameras")
                .filter(MappingNode.class::isInstance)
                .map(node -> ((MappingNode) node).getValue().stream())
                .orElse(Stream.empty());
    }

    private static Optional<Node> access(NodeTuple camera) {
        return camera.getValueNode() instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(tuple -> Section.scalarText(tuple.getKeyNode()).equals("access"))
                        .map(NodeTuple::getValueNode)
                        .findFirst()
                : Optional.empty();
    }

    /** Returns the section's contents; empty if everything in it is commented out. */
    Optional<AccessConfig> read(Section root) {
        Optional<Section> own = root.node("access").flatMap(node -> section("access", node, Keys.ACCESS));
        Map<String, AccessConfig.Lists> ofCamera = new LinkedHashMap<>();
        cameras(root)
                .forEach(camera -> access(camera)
                        .flatMap(node -> section("access", node, Keys.ACCESS_OF_CAMERA))
                        .ifPresent(section -> ofCamera.put(Section.scalarText(camera.getKeyNode()), lists(section))));
        Optional<String> users = own.flatMap(section -> section.value("users", USERS));
        Optional<AddressRules> guests = own.flatMap(AccessReader::guests);
        AccessConfig config = new AccessConfig(
                users.filter(text -> !text.equals(CONTAINER)).map(Path::of),
                users.filter(CONTAINER::equals).isPresent(),
                own.flatMap(section -> section.value("links", LINKS)).map(Path::of),
                guests,
                own.map(this::lists).orElse(AccessConfig.Lists.NONE),
                ofCamera);
        return Optional.of(config).filter(any -> !any.equals(AccessConfig.NONE));
    }

    private static Optional<AddressRules> guests(Section section) {
        List<Rule> rules = section.values("guests", ADDRESSES);
        return rules.isEmpty() ? Optional.empty() : Optional.of(new AddressRules(rules));
    }

    private Optional<Section> section(String name, Node node, Keys keys) {
        if (node instanceof MappingNode mapping) {
            return Optional.of(Section.of(mapping, keys, problems));
        }
        if (!Section.isNothing(node)) {
            problems.at(
                    node,
                    name + ": found " + Section.kind(node) + ", accepted: the keys " + String.join(", ", keys.known())
                            + ", indented on the next lines");
        }
        return Optional.empty();
    }

    private AccessConfig.Lists lists(Section section) {
        return new AccessConfig.Lists(rules(section, "play"), rules(section, "publish"));
    }

    /** Returns the rules in the order of the file: from one mapping, or from a list of mappings where allow and deny alternate. */
    private Optional<AddressRules> rules(Section section, String key) {
        Optional<Node> node = section.node(key).filter(value -> !Section.isNothing(value));
        if (node.isEmpty()) {
            return Optional.empty();
        }
        List<Rule> rules = new ArrayList<>();
        List<Node> mappings = node.get() instanceof SequenceNode list ? list.getValue() : List.of(node.get());
        for (Node each : mappings) {
            if (each instanceof MappingNode mapping) {
                rules(key, mapping, rules);
            } else {
                problems.at(each, key + ": found " + Section.kind(each) + ", accepted: " + ACCEPTED);
            }
        }
        return Optional.of(new AddressRules(rules));
    }

    private void rules(String key, MappingNode mapping, List<Rule> rules) {
        Section lines = Section.of(mapping, Keys.ADDRESS_RULES, problems);
        for (String word : lines.entries().keySet()) {
            if (lines.values(word, ADDRESSES).isEmpty()
                    && lines.node(word).filter(Section::isNothing).isPresent()) {
                problems.at(
                        lines.node(word).orElseThrow(), key + "." + word + ": found nothing, accepted: " + ACCEPTED);
            }
            for (Rule named : lines.values(word, ADDRESSES)) {
                rules.add(new Rule(word.equals("allow"), named.all(), named.ranges()));
            }
        }
    }

    private static Optional<Rule> addresses(String text) {
        if (text.equals(ALL)) {
            return Optional.of(new Rule(/* allows= */ true, /* all= */ true, List.of()));
        }
        if (text.equals(PRIVATE)) {
            return Optional.of(new Rule(/* allows= */ true, /* all= */ false, PRIVATE_RANGES));
        }
        return AddressRange.read(text).map(range -> new Rule(/* allows= */ true, /* all= */ false, List.of(range)));
    }
}
