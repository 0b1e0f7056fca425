package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.DevicePlace;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the device in a camera's configuration: by its path, which may be a link, or by its card's name. Each call looks anew, so that a device that
 * returns under another number is found. A device of an earlier camera in the configuration is refused. A device that another camera names by its path
 * may be private: it is opened only if sysfs says that it has the card's name. Safe from any thread.
 */
final class DeviceFinder implements DevicePlace {
    private static final System.Logger LOG = System.getLogger(DeviceFinder.class.getName());

    /** The most characters of a card's name (linux/videodev2.h v4l2_capability); sysfs has more of a longer one. */
    private static final int CARD_LENGTH = 31;

    private final SystemCalls calls;
    private final SecondNode.Places places;
    private final CameraConfig camera;
    private final List<CameraConfig> earlier;
    private final List<CameraConfig> others;

    /**
     * Creates the finder of one camera's device.
     *
     * @param all the cameras of the configuration, in its order
     */
    DeviceFinder(SystemCalls calls, SecondNode.Places places, CameraConfig camera, List<CameraConfig> all) {
        this.calls = calls;
        this.places = places;
        this.camera = camera;
        this.earlier = all.stream()
                .takeWhile(other -> !other.id().equals(camera.id()))
                .filter(other -> isDevice(other.source()))
                .toList();
        this.others =
                all.stream().filter(other -> !other.id().equals(camera.id())).toList();
    }

    /** Returns whether a source is a device, by path or by name. */
    static boolean isDevice(SourceConfig source) {
        return source instanceof SourceConfig.Device || source instanceof SourceConfig.Card;
    }

    @Override
    public String find() throws CaptureException {
        String path = find(camera.source());
        for (CameraConfig other : earlier) {
            if (means(other, path)) {
                throw new CaptureException(
                        Kind.UNSUPPORTED,
                        path + " is already the device of camera \"" + other.id() + "\" (device: " + other.source()
                                + "): each camera needs a device of its own.");
            }
        }
        return path;
    }

    private boolean means(CameraConfig other, String path) {
        try {
            return real(find(other.source())).equals(real(path));
        } catch (CaptureException absent) {
            LOG.log(Level.DEBUG, "camera {0} has no device now: {1}", other.id(), absent.getMessage());
            return false;
        }
    }

    /** Returns the file behind a path that may be a link. */
    static Path real(String path) {
        try {
            return Path.of(path).toRealPath();
        } catch (IOException absent) {
            return Path.of(path); // the path as it is written
        }
    }

    private String find(SourceConfig source) throws CaptureException {
        if (source instanceof SourceConfig.Device device) {
            return device.path().toString();
        }
        if (source instanceof SourceConfig.Card card) {
            return named(card.name());
        }
        throw new IllegalArgumentException("not a device: source=" + source);
    }

    private String named(String card) throws CaptureException {
        List<Path> nodes = Devices.nodes(places.devices());
        List<Path> likely = nodes.stream().filter(node -> called(node, card)).toList();
        List<Captor> there = captors(likely);
        if (there.stream().noneMatch(each -> each.card().equals(card))) {
            // some drivers give the node another name than the card
            there.addAll(captors(nodes.stream()
                    .filter(node -> !likely.contains(node))
                    .filter(node -> !another(node))
                    .toList()));
        }
        List<String> found = there.stream()
                .filter(each -> each.card().equals(card))
                .map(each -> each.node().toString())
                .toList();
        if (found.size() == 1) {
            return found.get(0);
        }
        if (found.isEmpty()) {
            throw new CaptureException(
                    Kind.ABSENT,
                    "No device is called \"" + card + "\"; " + told(there, nodes) + ". Is the camera plugged in?");
        }
        throw new CaptureException(
                Kind.UNSUPPORTED,
                found.size() + " devices are called \"" + card + "\": " + String.join(", ", found)
                        + "; name one by its link in /dev/v4l/by-id or /dev/v4l/by-path.");
    }

    /** A device that captures. */
    private record Captor(String card, Path node) {
        @Override
        public String toString() {
            return "\"" + card + "\" (" + node + ")";
        }
    }

    /** Opens the nodes, and returns those that capture. */
    private List<Captor> captors(List<Path> nodes) {
        List<Captor> captors = new ArrayList<>();
        for (Path node : nodes) {
            try (Device device = Device.open(calls, node.toString())) {
                if (device.capabilities().captures()) {
                    captors.add(new Captor(device.capabilities().card(), node));
                }
            } catch (CaptureException closed) {
                LOG.log(Level.DEBUG, "{0} is passed over: {1}", node, closed.getMessage());
            }
        }
        return captors;
    }

    /** Returns whether sysfs says that a node has that name. Opens no device. */
    private boolean called(Path node, String card) {
        try {
            Path file = places.sysfs().resolve(node.getFileName()).resolve("name");
            String name = Files.readString(file).strip();
            return name.equals(card) || (card.length() == CARD_LENGTH && name.startsWith(card));
        } catch (IOException untold) {
            LOG.log(Level.DEBUG, "sysfs does not tell how {0} is called", node);
            return false;
        }
    }

    /** Lists what was opened, and, without their names, the devices that were not. */
    private String told(List<Captor> there, List<Path> nodes) {
        Stream<String> opened = there.stream().map(Captor::toString);
        Stream<String> closed = nodes.stream()
                .filter(node -> there.stream().noneMatch(each -> each.node().equals(node)))
                .filter(this::another)
                .map(node -> "another camera's (" + node + ")");
        String all = Stream.concat(opened, closed).collect(Collectors.joining(", "));
        return all.isEmpty() ? "there is none" : "there are " + all;
    }

    /** Returns whether another camera of the configuration names that node. */
    private boolean another(Path node) {
        return others.stream().anyMatch(other -> SecondNode.named(other.source(), node));
    }
}
