package dev.perch.config;

import dev.perch.config.PushConfig.Audio;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the pushes of a camera. */
final class PushReader {
    private static final ValueType<String> URL = new ValueType<>(
            PushConfig.ACCEPTED,
            List.of(),
            List.of(),
            /* secret= */ true,
            text -> Optional.of(text).filter(PushConfig::accepted));

    private static final ValueType<String> NAME = ValueType.of(
            "a to z, 0 to 9 and hyphens, at most 32, no hyphen first",
            text -> Optional.of(text).filter(name -> name.matches("[a-z0-9][a-z0-9-]{0,31}")));

    private static final ValueType<Audio> AUDIO = ValueType.words(List.of(Audio.values()), List.of());
    private static final ValueType<Boolean> START = ValueType.words(List.of(true, false), List.of());

    private static final ValueType<String> RENDITION =
            ValueType.of("the name of a rendition of the camera, or main", Optional::of);

    /** The keys that define a rendition. */
    private static final List<String> OWN = List.of("bitrate", "size", "fps");

    /** The bit rate of a camera's built-in encoder, as drivers name it (linux/v4l2-controls.h V4L2_CID_MPEG_VIDEO_BITRATE). */
    static final String BITRATE_CONTROL = "video_bitrate";

    private final Problems problems;
    private final List<RenditionConfig> known;
    private final List<RenditionConfig> made = new ArrayList<>();
    private final List<ControlConfig> controls = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /**
     * Creates a reader.
     *
     * @param known the renditions of the camera
     */
    PushReader(Problems problems, List<RenditionConfig> known) {
        this.problems = problems;
        this.known = known;
    }

    /** Returns the pushes of a camera. */
    List<PushConfig> read(Node node) {
        List<Node> all = node instanceof SequenceNode list ? list.getValue() : List.of(node);
        List<PushConfig> pushes = new ArrayList<>();
        for (Node one : all) {
            push(one, pushes.size() + 1).ifPresent(pushes::add);
        }
        return pushes;
    }

    private Optional<PushConfig> push(Node node, int number) {
        String usual = "push-" + number;
        if (!(node instanceof MappingNode mapping)) {
            return Section.read("push", node, URL, problems).map(url -> new PushConfig(usual, url, Audio.AUTO, true));
        }
        Section section = Section.of(mapping, Keys.PUSH, problems);
        String name = section.value("name", NAME, usual);
        if (!names.add(name)) {
            problems.at(node, "push: two are named " + Text.quoted(name) + ", accepted: a name for each");
        }
        if (section.node("url").isEmpty()) {
            problems.at(node, "push: has no url, accepted: " + PushConfig.ACCEPTED);
        }
        Audio audio = section.value("audio", AUDIO, Audio.AUTO);
        boolean start = section.value("start", START, /* otherwise= */ true);
        boolean keep = section.value("keep", START, /* otherwise= */ false);
        String rendition = rendition(section, name);
        return section.value("url", URL).map(url -> new PushConfig(name, url, audio, start, keep, rendition));
    }

    /** Returns the rendition to send; if a bitrate is configured, one of the push's own. */
    private String rendition(Section section, String name) {
        Optional<String> named = section.value("rendition", RENDITION);
        named.filter(wanted -> !wanted.equals(PushConfig.MAIN)
                        && known.stream().noneMatch(each -> each.name().equals(wanted)))
                .ifPresent(wanted -> problems.at(
                        section.node("rendition").orElseThrow(),
                        "rendition: found " + Text.quoted(wanted) + ", accepted: " + PushConfig.MAIN
                                + known.stream().map(each -> ", " + each.name()).collect(Collectors.joining())));
        if (OWN.stream().noneMatch(key -> section.node(key).isPresent())) {
            return named.orElse(PushConfig.MAIN);
        }
        if (named.isPresent()) {
            ownEncoder(section, named.get());
            return named.get();
        }
        String own = "push-" + name;
        made.add(new RenditionConfig(own, new QualityReader(section).readRendition()));
        return own;
    }

    /** Sets the camera's built-in encoder to the wanted bitrate of {@code main}. */
    private void ownEncoder(Section section, String named) {
        if (!named.equals(PushConfig.MAIN)
                || section.node("bitrate").isEmpty()
                || section.node("size").isPresent()
                || section.node("fps").isPresent()) {
            problems.at(
                    section.node("rendition").orElseThrow(),
                    "rendition: stands beside " + String.join(", ", OWN)
                            + ", accepted: either of both, or main beside bitrate for a camera that encodes itself");
            return;
        }
        section.value("bitrate", Values.BITRATE, OptionalLong.empty())
                .ifPresent(bits ->
                        controls.add(new ControlConfig(BITRATE_CONTROL, Long.toString(bits), /* quoted= */ false)));
    }

    /** Returns the settings of the camera's built-in encoder. */
    List<ControlConfig> controls() {
        return controls;
    }

    /** Returns the renditions that pushes define. */
    List<RenditionConfig> made() {
        return made;
    }
}
