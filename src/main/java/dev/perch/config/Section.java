package dev.perch.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One mapping of the file: its keys are checked against the allowed ones, its values are read by type. */
final class Section {
    private final Problems problems;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final List<String> strangers = new ArrayList<>();

    private Section(Problems problems) {
        this.problems = problems;
    }

    /**
     * Returns a section with arbitrary keys.
     *
     * @param node a mapping
     */
    static Section ofAnyKeys(MappingNode node, Problems problems) {
        Section section = new Section(problems);
        for (NodeTuple tuple : node.getValue()) {
            section.add(tuple);
        }
        return section;
    }

    /**
     * Returns a section that accepts {@code keys}.
     *
     * @param node a mapping
     */
    static Section of(MappingNode node, Keys keys, Problems problems) {
        Section all = ofAnyKeys(node, problems);
        for (NodeTuple tuple : List.copyOf(all.entries.values())) {
            String key = scalarText(tuple.getKeyNode());
            if (!keys.known().contains(key)) {
                problems.at(tuple.getKeyNode(), keys.complaint(key));
                all.entries.remove(key);
                all.strangers.add(key);
            }
        }
        return all;
    }

    private void add(NodeTuple tuple) {
        Node key = tuple.getKeyNode();
        if (!(key instanceof ScalarNode)) {
            problems.at(key, "found " + kind(key) + " as a key, accepted: a word");
            return;
        }
        NodeTuple earlier = entries.putIfAbsent(scalarText(key), tuple);
        if (earlier != null) {
            problems.at(key, "duplicate key " + Text.quoted(scalarText(key)) + ", first in line " + line(earlier));
        }
    }

    /** Returns the keys that were accepted, in the order of the file. */
    Map<String, NodeTuple> entries() {
        return entries;
    }

    /** Returns the keys that were refused. */
    List<String> strangers() {
        return strangers;
    }

    Optional<Node> node(String key) {
        return Optional.ofNullable(entries.get(key)).map(NodeTuple::getValueNode);
    }

    /** Returns the value of {@code key}, or {@code otherwise} if the key is absent or its value is refused. */
    <T> T value(String key, ValueType<T> type, T otherwise) {
        return node(key).flatMap(node -> read(key, node, type, problems)).orElse(otherwise);
    }

    /** Returns the value of {@code key}; empty if the key is absent or its value is refused. */
    <T> Optional<T> value(String key, ValueType<T> type) {
        return node(key).flatMap(node -> read(key, node, type, problems));
    }

    /** Returns the values of {@code key}, a list or a single value, without refused ones. */
    <T> List<T> values(String key, ValueType<T> type) {
        Optional<Node> node = node(key).filter(value -> !isNothing(value));
        if (node.isPresent() && node.get() instanceof SequenceNode list) {
            return list.getValue().stream()
                    .flatMap(item -> read(key, item, type, problems).stream())
                    .toList();
        }
        return node.flatMap(value -> read(key, value, type, problems)).stream().toList();
    }

    /** Returns the value of one node; empty if it is refused. */
    static <T> Optional<T> read(String key, Node node, ValueType<T> type, Problems problems) {
        if (isNothing(node) || !(node instanceof ScalarNode)) {
            problems.at(node, key + ": found " + kind(node) + ", accepted: " + type.accepted());
            return Optional.empty();
        }
        String text = scalarText(node);
        Optional<T> value = type.reader().apply(text);
        if (value.isEmpty()) {
            problems.at(node, key + ": " + type.complaint(text));
        }
        return value;
    }

    /** Returns the line, from 1. */
    static int line(NodeTuple tuple) {
        return tuple.getKeyNode().getStartMark().orElseThrow().getLine() + 1;
    }

    static String scalarText(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** Returns whether nothing follows the colon. */
    static boolean isNothing(Node node) {
        return node instanceof ScalarNode scalar
                && scalar.isPlain()
                && scalar.getValue().isEmpty();
    }

    static String kind(Node node) {
        return switch (node.getNodeType()) {
            case MAPPING -> "a mapping";
            case SEQUENCE -> "a list";
            default -> isNothing(node) ? "nothing" : Text.quoted(scalarText(node));
        };
    }
}
