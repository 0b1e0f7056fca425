package dev.perch.source;

import dev.perch.config.Address;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.CaptureRequest;
import dev.perch.v4l2.CaptureSession;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.DevicePlace;
import dev.perch.v4l2.Offers;
import dev.perch.v4l2.SystemCalls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The node by which a device gives H.264 beside the JPEGs of another one. A USB camera that encodes may have a streaming interface for each, and its driver makes
 * a node of each: of one bus_info, driver and name. A node is opened only if sysfs says that it is part of the same device and no other camera of the
 * configuration names it: that one may be private. Any thread.
 */
final class SecondNode {
    private static final System.Logger LOG = System.getLogger(SecondNode.class.getName());

    /** A device file in words for a shell or for ffmpeg; links of /dev/v4l/by-path have colons in their names, udev leaves # + = @ too. */
    private static final Pattern DEVICE_FILE = Pattern.compile("/dev/[A-Za-z0-9._:/+#=@-]+");

    private final SystemCalls calls;
    private final Places places;
    private final List<CameraConfig> others;
    private final CaptureRequest request;

    /**
     * Where the kernel shows devices.
     *
     * @param devices the folder of the device files
     * @param sysfs the folder with a folder for each video device
     */
    record Places(Path devices, Path sysfs) {
        static final Places LINUX = new Places(Path.of("/dev"), Path.of("/sys/class/video4linux"));
    }

    /**
     * @param others the cameras of the configuration beside this one, whose devices it leaves alone
     * @param request what is asked of the node of the JPEGs
     */
    SecondNode(SystemCalls calls, Places places, List<CameraConfig> others, CaptureRequest request) {
        this.calls = calls;
        this.places = places;
        this.others = others;
        this.request = request.ofH264(request.device() + " (H264)");
    }

    /** Returns the path of the node beside that of the JPEGs; empty if there is none. May block as long as drivers do. */
    Optional<Path> beside(String jpegs) throws CaptureException {
        Path first = DeviceFinder.real(jpegs);
        Optional<Path> hardware = hardware(first);
        List<Path> near = Devices.nodes(places.devices()).stream()
                .filter(node -> !DeviceFinder.real(node.toString()).equals(first))
                .filter(node -> hardware.isPresent() && hardware(node).equals(hardware))
                .filter(node -> others.stream().noneMatch(other -> named(other.source(), node)))
                .toList();
        if (near.isEmpty()) {
            return Optional.empty();
        }
        Device.Capabilities known;
        try (Device device = Device.open(calls, jpegs)) {
            known = device.capabilities();
        }
        return near.stream().filter(node -> belongs(node, known)).findFirst();
    }

    /** Returns the device that a node is part of, as sysfs tells: of an interface of a USB device that device. Opens nothing. */
    private Optional<Path> hardware(Path node) {
        try {
            Path device =
                    places.sysfs().resolve(node.getFileName()).resolve("device").toRealPath();
            Path whole = device.getParent(); // .../1-1/1-1:1.0 is an interface of .../1-1
            return Optional.of(whole != null && Files.exists(whole.resolve("idVendor")) ? whole : device);
        } catch (IOException untold) {
            LOG.log(Level.DEBUG, "sysfs does not tell of which device {0} is", node);
            return Optional.empty();
        }
    }

    private boolean belongs(Path node, Device.Capabilities known) {
        try (Device device = Device.open(calls, node.toString())) {
            Device.Capabilities its = device.capabilities();
            boolean same = its.captures()
                    && !its.busInfo().isEmpty()
                    && its.busInfo().equals(known.busInfo())
                    && its.driver().equals(known.driver())
                    && its.card().equals(known.card());
            return same && new Offers(device).first(request) == PixelFormat.H264;
        } catch (CaptureException other) {
            LOG.log(Level.DEBUG, "{0} is no second node: {1}", node, other.getMessage());
            return false;
        }
    }

    /**
     * Returns whether another camera's configuration names that node. One that is named by its card is none of this device's: two nodes of one name are refused
     * there.
     */
    static boolean named(SourceConfig other, Path node) {
        Path real = DeviceFinder.real(node.toString());
        return files(other).anyMatch(file -> DeviceFinder.real(file).equals(real));
    }

    private static Stream<String> files(SourceConfig source) {
        if (source instanceof SourceConfig.Device device) {
            return Stream.of(device.path().toString());
        }
        if (source instanceof SourceConfig.Url url) {
            return url.distant() ? Stream.empty() : Stream.of(Address.path(url.text()));
        }
        if (source instanceof SourceConfig.Ffmpeg input) {
            return input.words().stream().flatMap(SecondNode::deviceFiles);
        }
        return source instanceof SourceConfig.Command command
                ? command.words().stream().flatMap(SecondNode::deviceFiles)
                : Stream.empty();
    }

    private static Stream<String> deviceFiles(String words) {
        return DEVICE_FILE.matcher(words).results().map(MatchResult::group);
    }

    /**
     * Starts to capture and returns at once.
     *
     * @param jpegs finds the node of the JPEGs
     */
    CaptureSession start(DevicePlace jpegs, MemoryBudget budget, CaptureSession.Output output) {
        DevicePlace place = () -> beside(jpegs.find())
                .map(Path::toString)
                .orElseThrow(() ->
                        new CaptureException(Kind.ABSENT, request.device() + ": there is no second node beside it."));
        return CaptureSession.start(calls, budget, request, place, output);
    }
}
