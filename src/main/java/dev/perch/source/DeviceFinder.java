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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the device in a camera's configuration: by its path, which may be a link, or by its card's name. Each call looks anew, so that a device that
 * returns under another number is found. A device of an earlier camera in the configuration is refused. Safe from any thread.
 */
final class DeviceFinder implements DevicePlace {
    private static final System.Logger LOG = System.getLogger(DeviceFinder.class.getName());

    private final SystemCalls calls;
    private final Path directory;
    private final CameraConfig camera;
    private final List<CameraConfig> earlier;

    /**
     * Creates the finder of one camera's device.
     *
     * @param directory the folder of the device files: /dev
     * @param earlier the cameras before this one in the configuration; those without a device are ignored
     */
    DeviceFinder(SystemCalls calls, Path directory, CameraConfig camera, List<CameraConfig> earlier) {
        this.calls = calls;
        this.directory = directory;
        this.camera = camera;
        this.earlier =
                earlier.stream().filter(other -> isDevice(other.source())).toList();
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
        List<String> found = new ArrayList<>();
        List<String> there = new ArrayList<>();
        for (Path node : Devices.nodes(directory)) {
            try (Device device = Device.open(calls, node.toString())) {
                if (device.capabilities().captures()) {
                    there.add("\"" + device.capabilities().card() + "\" (" + node + ")");
                    if (device.capabilities().card().equals(card)) {
                        found.add(node.toString());
                    }
                }
            } catch (CaptureException closed) {
                LOG.log(Level.DEBUG, "{0} is passed over: {1}", node, closed.getMessage());
            }
        }
        if (found.size() == 1) {
            return found.get(0);
        }
        String all = there.isEmpty() ? "there is none" : "there are " + String.join(", ", there);
        if (found.isEmpty()) {
            throw new CaptureException(
                    Kind.ABSENT, "No device is called \"" + card + "\"; " + all + ". Is the camera plugged in?");
        }
        throw new CaptureException(
                Kind.UNSUPPORTED,
                found.size() + " devices are called \"" + card + "\": " + String.join(", ", found)
                        + "; name one by its link in /dev/v4l/by-id or /dev/v4l/by-path.");
    }
}
