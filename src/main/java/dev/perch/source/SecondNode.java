package dev.perch.source;

import dev.perch.config.CameraConfig;
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
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The node by which a device gives H.264 beside the JPEGs of another one. A USB camera that encodes may have a streaming interface for each, and its driver makes
 * a node of each: of one bus_info, driver and name. Any thread.
 */
final class SecondNode {
    private static final System.Logger LOG = System.getLogger(SecondNode.class.getName());

    private final SystemCalls calls;
    private final Path directory;
    private final List<CameraConfig> others;
    private final CaptureRequest request;

    /**
     * @param directory the folder of the device files: /dev
     * @param others the cameras of the configuration beside this one, whose devices it leaves alone
     * @param request what is asked of the node of the JPEGs
     */
    SecondNode(SystemCalls calls, Path directory, List<CameraConfig> others, CaptureRequest request) {
        this.calls = calls;
        this.directory = directory;
        this.others = others;
        this.request = request.ofH264(request.device() + " (H264)");
    }

    /** Returns the path of the node beside that of the JPEGs now; empty where there is none. May block as drivers do. */
    Optional<Path> beside(String jpegs) throws CaptureException {
        Path first = DeviceFinder.real(jpegs);
        Device.Capabilities known;
        try (Device device = Device.open(calls, jpegs)) {
            known = device.capabilities();
        }
        return Devices.nodes(directory).stream()
                .filter(node -> !DeviceFinder.real(node.toString()).equals(first))
                .filter(node -> belongs(node, known))
                .filter(node -> others.stream().noneMatch(other -> named(other, node)))
                .findFirst();
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

    /** Returns whether another camera is that node's; one that is named by its card has to be the only one of that name anyway. */
    private boolean named(CameraConfig other, Path node) {
        try {
            return DeviceFinder.isDevice(other.source())
                    && DeviceFinder.real(new DeviceFinder(calls, directory, other, List.of()).find())
                            .equals(DeviceFinder.real(node.toString()));
        } catch (CaptureException absent) {
            LOG.log(Level.DEBUG, "camera {0} has no device now: {1}", other.id(), absent.getMessage());
            return false;
        }
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
