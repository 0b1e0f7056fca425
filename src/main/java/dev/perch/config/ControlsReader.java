package dev.perch.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Reads a camera's {@code controls}: names and values in the order of the file. */
final class ControlsReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,64}"); // drivers' titles have 31 characters

    private static final ValueType<String> VALUE = new ValueType<>(
            "a number, true or false, the name or number of a menu's entry, or a text",
            List.of(),
            List.of(),
            /* secret= */ false,
            java.util.Optional::of);

    private final Problems problems;

    ControlsReader(Problems problems) {
        this.problems = problems;
    }

    List<ControlConfig> read(Node node) {
        List<ControlConfig> controls = new ArrayList<>();
        if (node instanceof MappingNode mapping) {
            for (Map.Entry<String, NodeTuple> entry :
                    Section.ofAnyKeys(mapping, problems).entries().entrySet()) {
                control(entry.getKey(), entry.getValue(), controls);
            }
        } else if (!Section.isNothing(node)) {
            problems.at(
                    node,
                    "controls: found " + Section.kind(node)
                            + ", accepted: names of controls with their values, such as { brightness: 140 }");
        }
        return controls;
    }

    private void control(String name, NodeTuple tuple, List<ControlConfig> controls) {
        if (!NAME.matcher(name).matches()) {
            problems.at(
                    tuple.getKeyNode(),
                    "controls: found " + Text.quoted(name)
                            + " as a name, accepted: a to z, 0 to 9 and underscores, as bin/perch list shows them");
            return;
        }
        Node value = tuple.getValueNode();
        Section.read("controls." + name, value, VALUE, problems)
                .ifPresent(text -> controls.add(
                        new ControlConfig(name, text, !(value instanceof ScalarNode scalar && scalar.isPlain()))));
    }
}
