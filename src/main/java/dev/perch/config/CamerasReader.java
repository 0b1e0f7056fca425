package dev.perch.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/** Reads the section {@code cameras}. */
final class CamerasReader {
    private final Problems problems;
    private final SourceReader sources;
    private @Nullable RecordReader records; // null if nothing is recorded

    CamerasReader(Problems problems) {
        this.problems = problems;
        this.sources = new SourceReader(problems);
    }

    List<CameraConfig> read(MappingNode node) {
        List<CameraConfig> cameras = new ArrayList<>();
        Section.ofAnyKeys(node, problems)
                .entries()
                .forEach((id, tuple) -> camera(id, tuple).ifPresent(cameras::add));
        return cameras;
    }

    private Optional<CameraConfig> camera(String id, NodeTuple tuple) {
        checkId(id, tuple.getKeyNode());
        Node node = tuple.getValueNode();
        if (!(node instanceof MappingNode mapping)) {
            problems.at(
                    node,
                    "camera " + Text.quoted(id) + ": found " + Section.kind(node) + ", accepted: the keys "
                            + String.join(", ", Keys.CAMERA.known()) + ", indented on the next lines");
            return Optional.empty();
        }
        Section section = Section.of(mapping, Keys.CAMERA, problems);
        SourceConfig source = sources.read(id, section, tuple.getKeyNode());
        CameraConfig plain = camera(section, CameraConfig.defaults(id, source));
        CameraConfig described =
                PicturesReader.wanted(section) ? plain.with(new PicturesReader(problems).read(section)) : plain;
        CameraConfig recorded = section.node("record")
                .flatMap(record -> record(described, record))
                .map(described::with)
                .orElse(described);
        CameraConfig pushed =
                section.node("push").map(push -> pushed(recorded, push)).orElse(recorded);
        CameraConfig camera =
                PrivacyReader.wanted(section) ? pushed.with(new PrivacyReader(problems).read(section, pushed)) : pushed;
        if (source instanceof SourceConfig.Wildcard) {
            checkEach(camera, section);
        }
        if (source instanceof SourceConfig.Command && camera.capture().format().raw()) {
            checkRaw(camera, section);
        }
        if (source instanceof SourceConfig.Command && camera.capture().format() == CameraConfig.Format.MJPGH264) {
            problems.at(
                    section.node("format").orElseThrow(),
                    "format: only a device sends MJPGH264, accepted beside command: "
                            + Stream.of(CameraConfig.Format.values())
                                    .filter(format -> format != CameraConfig.Format.MJPGH264)
                                    .map(CameraConfig.Format::toString)
                                    .collect(Collectors.joining(", ")));
        }
        return Optional.of(camera);
    }

    private CameraConfig pushed(CameraConfig camera, Node push) {
        PushReader reader = new PushReader(problems, camera.renditions());
        CameraConfig pushed = camera.pushedTo(reader.read(push));
        if (!reader.controls().isEmpty()) {
            pushed = pushed.with(encoding(pushed, reader.controls(), push));
        }
        return reader.made().isEmpty()
                ? pushed
                : pushed.with(pushed.pictures()
                        .orElse(new PicturesConfig(Turn.NONE, List.of()))
                        .and(reader.made()));
    }

    /** Returns the request to the device, with the settings of its own encoder that a push wants. */
    private CameraConfig.Capture encoding(CameraConfig camera, List<ControlConfig> wanted, Node push) {
        List<ControlConfig> all = new ArrayList<>(camera.capture().controls());
        boolean set = all.stream().anyMatch(control -> control.name().equals(PushReader.BITRATE_CONTROL));
        if (set || wanted.size() > 1) {
            problems.at(
                    push,
                    "push: bitrate of the camera's own encoder is said twice, accepted: one push, or controls: { "
                            + PushReader.BITRATE_CONTROL + ": … }");
        } else if (!(camera.source() instanceof SourceConfig.Device)) {
            problems.at(push, "push: only a device encodes by itself, accepted: bitrate without rendition: main");
        }
        all.addAll(wanted);
        return camera.capture().setTo(all);
    }

    private Optional<RecordConfig> record(CameraConfig camera, Node node) {
        RecordReader reader = records == null ? new RecordReader(problems) : records;
        records = reader;
        List<String> renditions = camera.pictures().stream()
                .flatMap(pictures -> pictures.renditions().stream())
                .map(RenditionConfig::name)
                .toList();
        boolean each = camera.source() instanceof SourceConfig.Wildcard;
        return reader.read(each ? RecordingPath.CAMERA : camera.id(), renditions, node);
    }

    private void checkId(String id, Node key) {
        String accepted = ", accepted: a to z, 0 to 9 and hyphens, at most 63, no hyphen first";
        if (!CameraIds.formed(id)) {
            problems.at(key, "camera id: found " + Text.quoted(id) + accepted);
        } else if (CameraIds.RESERVED.contains(id)) {
            problems.at(
                    key,
                    "camera id: " + Text.quoted(id) + " is a word of the addresses" + accepted + ", none of "
                            + String.join(", ", CameraIds.RESERVED));
        }
    }

    /** Reads the keys of one camera except its source. */
    CameraConfig camera(Section section, CameraConfig defaults) {
        Quality quality = defaults.source().takesSize()
                ? new QualityReader(section).readBeside()
                : new QualityReader(section).read();
        CameraConfig.Capture capture = capture(section, defaults.capture());
        if (defaults.source().offersSizes()) { // the device gives the smaller pictures itself
            capture = section.node("size").isPresent() ? capture : capture.sized(quality.scaled(capture.size()));
            quality = quality.unscaled();
        }
        return defaults.titled(section.value("title", Values.TITLE, defaults.title()))
                .with(capture)
                .with(sound(section, defaults))
                .with(running(section, defaults.running()))
                .with(encoders(section))
                .with(quality)
                .with(segments(section, defaults.segments()))
                .watchedBy(section.value("max-viewers", Values.MAX_VIEWERS, OptionalInt.empty()));
    }

    private CameraConfig.Capture capture(Section section, CameraConfig.Capture defaults) {
        return new CameraConfig.Capture(
                section.value("format", Values.FORMAT, defaults.format()),
                section.value("size", Values.SIZE_IN_PIXELS, defaults.size()),
                section.value("fps", Values.FPS, defaults.fps()),
                controls(section));
    }

    private SoundConfig sound(Section section, CameraConfig camera) {
        SoundConfig sound = section.value("audio", Values.AUDIO, camera.sound());
        SourceConfig source = camera.source();
        boolean device = source.offersSizes();
        if (sound.kind() == SoundConfig.Kind.SOURCE && !source.maySound()) {
            problems.at(
                    section.node("audio").orElseThrow(),
                    "audio: this source gives pictures alone, accepted: off, alsa:DEVICE"
                            + (device ? ", or alsa (the camera's own microphone)" : ""));
        } else if (sound.ownMicrophone() && !device) {
            problems.at(
                    section.node("audio").orElseThrow(),
                    "audio: only a device has a microphone of its own, accepted: off, alsa:DEVICE"
                            + (source.maySound() ? ", source" : ""));
        }
        if (sound.kind() == SoundConfig.Kind.ALSA
                && (source instanceof SourceConfig.Publish || source instanceof SourceConfig.Wildcard)) {
            problems.at(
                    section.node("audio").orElseThrow(),
                    "audio: pictures that are published come from elsewhere, with their sound, accepted: off, source");
        }
        return sound;
    }

    private static CameraConfig.Running running(Section section, CameraConfig.Running defaults) {
        return new CameraConfig.Running(
                section.value("run", Values.RUN, defaults.run()),
                section.value("linger", Values.LINGER, defaults.linger()),
                section.value("warm-up", Values.WARM_UP, defaults.warmUp()),
                section.value("ring", Values.RING, defaults.ringBytes()));
    }

    private Encoders encoders(Section section) {
        return new Encoders(
                section.value("encoder", Values.ENCODER, EncoderChoice.AUTO),
                section.value("jpeg-encoder", Values.JPEG_ENCODER, EncoderChoice.AUTO),
                section.value("jpeg-workers", Values.JPEG_WORKERS, OptionalInt.empty()),
                section.node("encoder-controls")
                        .map(new ControlsReader(problems)::read)
                        .orElse(List.of()));
    }

    private CameraConfig.Segments segments(Section section, CameraConfig.Segments defaults) {
        CameraConfig.Segments segments = new CameraConfig.Segments(
                section.value("segment", Values.SEGMENT, defaults.segment()),
                section.value("part", Values.PART, defaults.part()),
                section.value("window", Values.WINDOW, defaults.window()));
        if (segments.part().compareTo(segments.segment()) > 0) {
            problems.at(
                    section.node("part").or(() -> section.node("segment")).orElseThrow(),
                    "part: a part of " + segments.part().toMillis() + "ms is longer than a segment of "
                            + segments.segment().toMillis() + "ms, accepted: at most as long");
        }
        return segments;
    }

    private List<ControlConfig> controls(Section section) {
        Optional<Node> controls = section.node("controls");
        boolean otherSource = section.node("device").isEmpty()
                && Keys.SOURCE.known().stream()
                        .anyMatch(word -> section.node(word).isPresent());
        if (controls.isPresent() && otherSource) {
            problems.at(controls.get(), "controls: only a device has them, accepted: none beside another source");
        }
        return controls.map(new ControlsReader(problems)::read).orElse(List.of());
    }

    /** Refuses what cameras of one wildcard cannot share. */
    private void checkEach(CameraConfig camera, Section section) {
        if (camera.record().filter(record -> !record.path().ofEachCamera()).isPresent()) {
            problems.at(
                    section.node("record").orElseThrow(),
                    "path: the cameras of a wildcard would have files of the same names, accepted: a path with %camera");
        }
        if (!camera.pushes().isEmpty()) {
            problems.at(
                    section.node("push").orElseThrow(),
                    "push: the cameras of a wildcard would all be sent to one address, accepted: none beside a wildcard");
        }
    }

    /** Requires size and rate of raw pictures, which come without any header. */
    private void checkRaw(CameraConfig camera, Section section) {
        List<String> absent = Stream.of("size", "fps")
                .filter(key -> section.node(key).isEmpty())
                .toList();
        Node format = section.node("format").orElseThrow();
        if (!absent.isEmpty()) {
            problems.at(
                    format,
                    "format: raw pictures of a command tell neither size nor rate; found no "
                            + String.join(" and no ", absent) + ", accepted: both size and fps beside "
                            + camera.capture().format());
        } else if (camera.capture().size().width() % 2 != 0
                || !camera.capture().size().exact()) {
            problems.at(
                    section.node("size").orElseThrow(),
                    "size: found " + Text.quoted(camera.capture().size().toString())
                            + ", accepted: the size of the pictures, of an even width, with "
                            + camera.capture().format());
        }
    }
}
