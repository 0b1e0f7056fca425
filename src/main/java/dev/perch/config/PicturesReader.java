package dev.perch.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Reads the keys of a camera that turn its picture and define renditions. */
final class PicturesReader {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    /** The most renditions: each takes a ring and an encoder while somebody watches it. */
    private static final int MOST = 8;

    private static final ValueType<Integer> ROTATE = ValueType.words(List.of(0, 90, 180, 270), List.of());
    private static final ValueType<Boolean> MIRROR = ValueType.words(List.of(true, false), List.of());

    private final Problems problems;

    PicturesReader(Problems problems) {
        this.problems = problems;
    }

    /** Returns whether a camera has any of these keys. */
    static boolean wanted(Section camera) {
        return camera.node("rotate").isPresent()
                || camera.node("mirror").isPresent()
                || camera.node("renditions").isPresent();
    }

    /** Returns whether {@code name} is valid for a rendition, or means the camera's own picture. */
    static boolean named(String name) {
        return NAME.matcher(name).matches();
    }

    PicturesConfig read(Section camera) {
        Turn turn = new Turn(camera.value("rotate", ROTATE, 0), camera.value("mirror", MIRROR, false));
        return new PicturesConfig(
                turn, camera.node("renditions").map(this::renditions).orElse(List.of()));
    }

    private List<RenditionConfig> renditions(Node node) {
        if (!(node instanceof MappingNode mapping)) {
            problems.at(
                    node,
                    "renditions: found " + Section.kind(node)
                            + ", accepted: a name for each, with its keys, such as small: { size: 640x360, fps: 10 }");
            return List.of();
        }
        List<RenditionConfig> renditions = new ArrayList<>();
        Section.ofAnyKeys(mapping, problems)
                .entries()
                .forEach((name, tuple) -> rendition(name, tuple).ifPresent(renditions::add));
        if (renditions.size() > MOST) {
            problems.at(node, "renditions: found " + renditions.size() + ", accepted: at most " + MOST);
        }
        return renditions;
    }

    private Optional<RenditionConfig> rendition(String name, NodeTuple tuple) {
        checkName(name, tuple.getKeyNode());
        if (!(tuple.getValueNode() instanceof MappingNode mapping)) {
            problems.at(
                    tuple.getValueNode(),
                    "rendition " + Text.quoted(name) + ": found " + Section.kind(tuple.getValueNode())
                            + ", accepted: the keys " + String.join(", ", Keys.RENDITION.known()));
            return Optional.empty();
        }
        Section section = Section.of(mapping, Keys.RENDITION, problems);
        return Optional.of(new RenditionConfig(name, new QualityReader(section).readRendition()));
    }

    private void checkName(String name, Node key) {
        String accepted = ", accepted: a to z, 0 to 9 and hyphens, at most 63, no hyphen first";
        if (!NAME.matcher(name).matches()) {
            problems.at(key, "rendition: found " + Text.quoted(name) + accepted);
        } else if (CameraIds.RESERVED.contains(name) || name.equals("main") || name.equals("captured")) {
            problems.at(
                    key,
                    "rendition: " + Text.quoted(name) + " is a word of the addresses" + accepted
                            + ", none of main, captured, " + String.join(", ", CameraIds.RESERVED));
        }
    }
}
