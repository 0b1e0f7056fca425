package dev.perch.config;

import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a program and its arguments from a list in the configuration. */
final class WordsReader {
    private WordsReader() {}

    /**
     * Returns the words of {@code node}; empty if it is no such list, which is added to {@code problems}.
     *
     * @param example for the message
     */
    static List<String> read(String key, Node node, String example, Problems problems) {
        if (!(node instanceof SequenceNode list) || list.getValue().isEmpty()) {
            problems.at(
                    node,
                    key + ": found " + Section.kind(node)
                            + ", accepted: a list of a program and its arguments, such as " + example);
            return List.of();
        }
        List<String> words = new ArrayList<>();
        list.getValue()
                .forEach(word ->
                        Section.read(key, word, Values.COMMAND_WORD, problems).ifPresent(words::add));
        return words;
    }
}
