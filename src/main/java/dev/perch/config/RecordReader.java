package dev.perch.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the {@code record} sections of the cameras. */
final class RecordReader {
    private static final ValueType<Boolean> SWITCH = ValueType.words(List.of(true, false), List.of());

    private static final ValueType<RecordingPath> RECORDING_PATH =
            ValueType.of(RecordingPath.ACCEPTED, RecordingPath::read);

    private static final ValueType<RecordingTimes> RECORDING_TIMES = new ValueType<>(
            RecordingTimes.ACCEPTED, List.of("always", "button"), List.of(), /* secret= */ false, RecordingTimes::read);

    private static final ValueType<Duration> BEFORE =
            Values.duration(Duration.ZERO, Duration.ofMinutes(1), "from 0s to 1m with its unit (s, m), such as 10s");

    /** The duration of a file, whose index is made in memory when it is closed: 1.5 MB for an hour. */
    private static final ValueType<Duration> SEGMENT = Values.duration(
            Duration.ofSeconds(10), Duration.ofHours(4), "from 10s to 4h with its unit (s, m, h), such as 1h");

    private static final ValueType<Duration> SYNC = Values.duration(
            Duration.ofMillis(500), Duration.ofMinutes(1), "from 500ms to 1m with its unit (ms, s, m), such as 1s");

    private static final ValueType<Duration> SNAPSHOTS = Values.duration(
            Duration.ofSeconds(1), Duration.ofHours(24), "from 1s to 24h with its unit (s, m, h), such as 1m");

    private static final ValueType<String> RENDITION = ValueType.of(
            "main, or a name of the camera's renditions",
            text -> Optional.of(text).filter(PicturesReader::named));

    private final Problems problems;
    private final Map<RecordingPath, String> cameraOfPath = new HashMap<>();

    RecordReader(Problems problems) {
        this.problems = problems;
    }

    /**
     * Returns the recording of camera {@code id}; empty for none.
     *
     * @param renditions the names of the camera's renditions
     */
    Optional<RecordConfig> read(String id, List<String> renditions, Node node) {
        RecordConfig defaults = RecordConfig.defaults(id);
        Optional<RecordConfig> config;
        if (node instanceof MappingNode mapping) {
            config = Optional.of(of(id, Section.of(mapping, Keys.RECORD, problems), defaults));
        } else if (!Section.isNothing(node) && List.of("true", "false").contains(Section.scalarText(node))) {
            config =
                    Optional.of(defaults).filter(all -> Section.scalarText(node).equals("true"));
        } else {
            problems.at(
                    node,
                    "record: found " + Section.kind(node) + ", accepted: true, false, or the keys "
                            + String.join(", ", Keys.RECORD.known()) + ", indented on the next lines");
            return Optional.empty();
        }
        config.ifPresent(known -> {
            checkPath(id, known.path(), node);
            checkRendition(known.rendition(), renditions, node);
        });
        return config;
    }

    private RecordConfig of(String id, Section section, RecordConfig defaults) {
        return new RecordConfig(
                section.value("rendition", RENDITION, defaults.rendition()),
                section.value("path", RECORDING_PATH).map(path -> path.of(id)).orElse(defaults.path()),
                section.value("when", RECORDING_TIMES, defaults.when()),
                section.value("before", BEFORE, defaults.before()),
                section.value("segment", SEGMENT, defaults.segment()),
                section.value("sync", SYNC, defaults.sync()),
                section.value("audio", SWITCH, defaults.audio()),
                RetentionReader.read(section, defaults.retention()),
                section.value("snapshots", SNAPSHOTS, defaults.snapshots()),
                section.node("on-closed")
                        .map(node -> WordsReader.read("on-closed", node, "[/usr/local/bin/carry-off, front]", problems))
                        .orElse(List.of()));
    }

    private void checkRendition(String name, List<String> renditions, Node node) {
        if (!name.equals(RecordConfig.MAIN) && !renditions.contains(name)) {
            List<String> accepted = new ArrayList<>(List.of(RecordConfig.MAIN));
            accepted.addAll(renditions);
            problems.at(
                    node,
                    "rendition: found " + Text.quoted(name) + ", accepted: " + String.join(", ", accepted)
                            + ", as the camera's renditions are named");
        }
    }

    private void checkPath(String id, RecordingPath path, Node node) {
        String earlier = cameraOfPath.putIfAbsent(path, id);
        if (earlier != null) {
            problems.at(
                    node,
                    "path: files of camera " + Text.quoted(id) + " have the names of those of camera "
                            + Text.quoted(earlier) + ", accepted: a path with %camera, or another one for each camera");
        }
    }
}
