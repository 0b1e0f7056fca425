package dev.perch.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads the keys of a camera's privacy. */
final class PrivacyReader {
    /** The most masks: each is drawn into every picture. */
    private static final int MOST_MASKS = 32;

    private static final int MASK_NUMBERS = 4;

    private static final ValueType<RecordingTimes> PRIVATE = new ValueType<>(
            "true, false, or days and hours of the week, such as mon-fri 22:00-06:00, several of them with commas between",
            List.of("true", "false"),
            List.of(),
            /* secret= */ false,
            PrivacyReader::times);

    private static final ValueType<String> RECORD_PRIVATE = ValueType.words(List.of("pause", "card"), List.of());

    private static final ValueType<Integer> PIXELS =
            ValueType.of("whole numbers of pixels from 0 to 16384", PrivacyReader::pixels);

    private final Problems problems;

    PrivacyReader(Problems problems) {
        this.problems = problems;
    }

    /** Returns whether a camera has any of these keys. */
    static boolean wanted(Section camera) {
        return Stream.of("private", "record-private", "mask")
                .anyMatch(key -> camera.node(key).isPresent());
    }

    /**
     * Reads the keys.
     *
     * @param described the camera with its other keys
     */
    PrivacyConfig read(Section section, CameraConfig described) {
        List<Mask> masks = section.node("mask").map(this::masks).orElse(List.of());
        if (!masks.isEmpty()) {
            checkMaskable(section, described);
        }
        return new PrivacyConfig(
                section.value("private", PRIVATE, PrivacyConfig.NONE.when()),
                section.value("record-private", RECORD_PRIVATE, "pause").equals("card"),
                masks);
    }

    private static Optional<RecordingTimes> times(String text) {
        return switch (text.strip()) {
            case "true" -> Optional.of(RecordingTimes.ALWAYS);
            case "false" -> Optional.of(RecordingTimes.BUTTON);
            default -> RecordingTimes.readHours(text);
        };
    }

    private static Optional<Integer> pixels(String text) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) <= 16384
                ? Optional.of(Integer.valueOf(text))
                : Optional.empty();
    }

    private List<Mask> masks(Node node) {
        List<Integer> numbers = new ArrayList<>();
        int written = 0;
        if (node instanceof SequenceNode list) {
            written = list.getValue().size();
            list.getValue()
                    .forEach(
                            item -> Section.read("mask", item, PIXELS, problems).ifPresent(numbers::add));
            if (numbers.size() < written) {
                return List.of(); // the problem was reported
            }
        }
        if (written == 0 || written % MASK_NUMBERS != 0 || written > MOST_MASKS * MASK_NUMBERS) {
            String found = written == 0 ? Section.kind(node) : written + " numbers";
            problems.at(
                    node,
                    "mask: found " + found
                            + ", accepted: [x, y, width, height] in pixels, four numbers for each of up to "
                            + MOST_MASKS + " masks");
            return List.of();
        }
        List<Mask> masks = new ArrayList<>();
        for (int i = 0; i < written; i += MASK_NUMBERS) {
            if (numbers.get(i + 2) == 0 || numbers.get(i + 3) == 0) {
                problems.at(node, "mask: found a mask without pixels, accepted: a width and a height above 0");
                return List.of();
            }
            masks.add(new Mask(numbers.get(i), numbers.get(i + 1), numbers.get(i + 2), numbers.get(i + 3)));
        }
        return masks;
    }

    /**
     * Checks that masks are possible: an encoded picture would have to be decoded and encoded again, so only raw ones can be drawn into.
     */
    private void checkMaskable(Section section, CameraConfig camera) {
        Node node = section.node("mask").orElseThrow();
        SourceConfig source = camera.source();
        boolean raw = camera.capture().format().raw();
        boolean possible = source instanceof SourceConfig.Device
                ? raw || camera.capture().format() == CameraConfig.Format.AUTO
                : source instanceof SourceConfig.Command && raw;
        if (!possible) {
            problems.at(
                    node,
                    "mask: masks are drawn before pictures are encoded, and those of this camera come encoded; accepted:"
                            + " beside a device with format: auto, YUYV, NV12, YU12, UYVY or GREY, or a command with one of the last five");
        } else if (source instanceof SourceConfig.Device) {
            checkSize(section, node);
            checkControls(section, camera);
        }
    }

    /** Checks the size: in a picture of another size the same pixels show something else. */
    private void checkSize(Section section, Node mask) {
        Optional<String> size = section.node("size").map(Section::scalarText);
        if (size.isEmpty() || size.get().strip().startsWith("nearest")) {
            problems.at(
                    mask,
                    "mask: masks are pixels of pictures of one size; found "
                            + size.map(text -> "size: " + Text.quoted(text)).orElse("no size")
                            + ", accepted: beside size: WIDTHxHEIGHT, such as 1280x720");
        }
    }

    private void checkControls(Section section, CameraConfig camera) {
        camera.capture().controls().stream()
                .map(ControlConfig::name)
                .filter(Mask::movedBy)
                .forEach(name -> problems.at(
                        section.node("controls").orElseThrow(),
                        "controls: " + name
                                + " would move the picture under its masks; accepted beside mask: rotate and mirror"
                                + " of the camera, which turn it once masks are drawn"));
    }
}
