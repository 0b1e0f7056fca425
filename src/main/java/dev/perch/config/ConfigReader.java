package dev.perch.config;

import dev.perch.config.PerchConfig.MemoryConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Reads the configuration from a tree of YAML nodes. */
final class ConfigReader {
    private final Problems problems;

    ConfigReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * Reads the configuration in {@code text}.
     *
     * @param file the name for messages
     */
    static PerchConfig read(String file, String text) throws ConfigException {
        Optional<Node> root = YamlTree.compose(file, text);
        if (root.isEmpty()) {
            return PerchConfig.defaults();
        }
        Problems problems = new Problems(file);
        PerchConfig config = new ConfigReader(problems).root(root.get());
        problems.throwIfAny();
        return config;
    }

    private PerchConfig root(Node node) {
        if (Section.isNothing(node)) {
            return PerchConfig.defaults();
        }
        if (!(node instanceof MappingNode mapping)) {
            problems.at(
                    node,
                    "found " + Section.kind(node) + ", accepted: the sections " + String.join(", ", Keys.ROOT.known()));
            return PerchConfig.defaults();
        }
        Section root = Section.of(mapping, Keys.ROOT, problems);
        ServerConfig server =
                section(root, "server", Keys.SERVER).map(this::server).orElse(ServerConfig.defaults());
        MemoryConfig memory =
                section(root, "memory", Keys.MEMORY).map(this::memory).orElse(MemoryConfig.defaults());
        Retention retention = section(root, "record", Keys.RETENTION)
                .map(section -> RetentionReader.read(section, Retention.OF_ALL))
                .orElse(Retention.OF_ALL);
        List<CameraConfig> cameras = root.node("cameras").map(this::cameras).orElse(List.of());
        Optional<RtmpConfig> rtmp = section(root, "rtmp", Keys.RTMP).map(section -> rtmp(section, server));
        List<String> onEvent = root.node("on-event")
                .filter(value -> !Section.isNothing(value))
                .map(value ->
                        WordsReader.read("on-event", value, "[/usr/local/bin/tell, ntfy.sh/my-cameras]", problems))
                .orElse(List.of());
        PerchConfig plain = new PerchConfig(server, memory, retention, cameras).withOnEvent(onEvent);
        PerchConfig kept = root.value("state", Values.FOLDER).map(plain::keptIn).orElse(plain);
        PerchConfig spoken = rtmp.map(kept::with).orElse(kept);
        PerchConfig config = mqtt(root).map(spoken::with).orElse(spoken);
        return accessWanted(root)
                ? new AccessReader(problems).read(root).map(config::with).orElse(config)
                : config;
    }

    /** Returns whether the file has access rules, for the program or for a camera. */
    private static boolean accessWanted(Section root) {
        return root.node("access").isPresent()
                || root
                        .node("cameras")
                        .filter(MappingNode.class::isInstance)
                        .map(node -> ((MappingNode) node).getValue())
                        .orElse(List.of())
                        .stream()
                        .map(NodeTuple::getValueNode)
                        .filter(MappingNode.class::isInstance)
                        .flatMap(camera -> ((MappingNode) camera).getValue().stream())
                        .anyMatch(
                                tuple -> Section.scalarText(tuple.getKeyNode()).equals("access"));
    }

    /** Returns a section; also empty if all its keys are commented out. */
    private Optional<Section> section(Section parent, String name, Keys keys) {
        Optional<Node> node = parent.node(name).filter(value -> !Section.isNothing(value));
        if (node.isPresent() && !(node.get() instanceof MappingNode)) {
            problems.at(
                    node.get(),
                    name + ": found " + Section.kind(node.get()) + ", accepted: the keys "
                            + String.join(", ", keys.known()) + ", indented on the next lines");
        }
        return node.filter(MappingNode.class::isInstance)
                .map(mapping -> Section.of((MappingNode) mapping, keys, problems));
    }

    private Optional<MqttConfig> mqtt(Section root) {
        Optional<Section> section = section(root, "mqtt", Keys.MQTT);
        return section.isEmpty()
                ? Optional.empty()
                : MqttReader.read(section.get(), root.node("mqtt").orElseThrow(), problems);
    }

    private RtmpConfig rtmp(Section section, ServerConfig server) {
        Optional<Integer> secure = section.value("tls-port", Values.PORT);
        if (secure.isPresent() && server.tls().isEmpty()) {
            section.node("tls-port")
                    .ifPresent(node -> problems.at(
                            node,
                            "tls-port: found " + secure.get()
                                    + ", accepted: a port where server.tls names a certificate and its key"));
        }
        return new RtmpConfig(
                section.value("address", Values.ADDRESS, RtmpConfig.EVERY_ADDRESS),
                section.value("port", Values.PORT, RtmpConfig.PORT),
                secure.map(OptionalInt::of).orElse(OptionalInt.empty()));
    }

    /** Reads the section {@code server}. */
    ServerConfig server(Section section) {
        ServerConfig defaults = ServerConfig.defaults();
        String key = section.node("operator-key").filter(Section::isNothing).isPresent()
                ? ""
                : section.value("operator-key", Values.OPERATOR_KEY, defaults.operatorKey());
        return new ServerConfig(
                section.value("address", Values.ADDRESS, defaults.address()),
                section.value("port", Values.PORT, defaults.port()),
                key,
                section.values("trusted-proxies", Values.ADDRESS_RANGE),
                cors(section),
                new LinkedHashSet<>(section.values("hosts", Values.HOST)),
                section.value("max-viewers", Values.MAX_VIEWERS, defaults.maxViewers()),
                section.value("max-viewers-per-address", Values.MOST_PER_ADDRESS, defaults.maxViewersPerAddress()),
                section.node("tls").flatMap(node -> TlsReader.read(node, problems)));
    }

    private static Origins cors(Section section) {
        List<String> words = section.values("cors", Values.ORIGIN);
        return new Origins(words.contains(Values.ANY), new LinkedHashSet<>(words));
    }

    private MemoryConfig memory(Section section) {
        return new MemoryConfig(
                section.value("budget", Values.BUDGET, MemoryConfig.defaults().budgetBytes()));
    }

    private List<CameraConfig> cameras(Node node) {
        if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
            return new CamerasReader(problems).read(mapping);
        }
        String found = node instanceof MappingNode ? "no camera" : Section.kind(node);
        problems.at(
                node,
                "cameras: found " + found
                        + ", accepted: at least one camera: an id such as \"front:\", its keys indented on the next lines");
        return List.of();
    }
}
