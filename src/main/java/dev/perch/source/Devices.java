package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.Offers;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Lists the video devices of this machine, and finds a camera for a program that was given none. */
public final class Devices {
    private static final System.Logger LOG = System.getLogger(Devices.class.getName());

    private Devices() {}

    /**
     * Returns the first device in /dev, by number, that captures a format which Perch serves. A Raspberry Pi's unicam (Bayer) and memory-to-memory
     * codecs do not. A device that cannot be opened is skipped, and the log says why. May block as long as the drivers do.
     */
    public static Optional<Path> firstCamera() {
        return firstCamera(SystemCalls.linux(), Path.of("/dev"));
    }

    /** Returns all video devices in /dev, by number, cameras or not. */
    public static List<Path> all() {
        return nodes(Path.of("/dev"));
    }

    static Optional<Path> firstCamera(SystemCalls calls, Path directory) {
        return nodes(directory).stream().filter(node -> isCamera(calls, node)).findFirst();
    }

    /** Returns the video devices in {@code directory}, by number. */
    static List<Path> nodes(Path directory) {
        List<Path> nodes = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, "video*")) {
            all.forEach(nodes::add);
        } catch (IOException | DirectoryIteratorException unreadable) {
            LOG.log(Level.WARNING, "Cannot look for cameras in " + directory + ".", unreadable);
        }
        nodes.removeIf(node -> !node.getFileName().toString().matches("video\\d{1,9}"));
        nodes.sort(Comparator.comparingInt(
                node -> Integer.parseInt(node.getFileName().toString().substring("video".length()))));
        return nodes;
    }

    private static boolean isCamera(SystemCalls calls, Path node) {
        try (Device device = Device.open(calls, node.toString())) {
            return !new Offers(device).served().isEmpty();
        } catch (CaptureException closed) {
            LOG.log(Level.INFO, "{0} is not used: {1}", node, closed.getMessage());
            return false;
        }
    }
}
