package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.PixelFormat;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.CaptureRequest;
import dev.perch.v4l2.CaptureSession;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.Offers;
import dev.perch.v4l2.SystemCalls;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A camera behind a V4L2 device: H.264 or JPEG as the device encodes it, or raw pictures. */
public final class V4l2Source implements Source {
    private final SystemCalls calls;
    private final MemoryBudget budget;
    private final CameraConfig camera;
    private final CaptureRequest request;
    private final DeviceControls controls;

    /** @param camera whose source is a {@link SourceConfig.Device} */
    public V4l2Source(CameraConfig camera, MemoryBudget budget) {
        this(camera, budget, SystemCalls.linux());
    }

    V4l2Source(CameraConfig camera, MemoryBudget budget, SystemCalls calls) {
        if (!(camera.source() instanceof SourceConfig.Device device)) {
            throw new IllegalArgumentException("not a device: source=" + camera.source());
        }
        this.calls = calls;
        this.budget = budget;
        this.camera = camera;
        this.request = new CaptureRequest(
                device.path().toString(),
                wanted(camera.format()),
                camera.size().width(),
                camera.size().height(),
                camera.size().exact(),
                camera.fps().numerator(),
                camera.fps().denominator(),
                List.of(),
                camera.id() + " driver buffers",
                "cameras." + camera.id() + ".size");
        this.controls = new DeviceControls(calls, request.device(), camera.controls());
    }

    @Override
    public String description() {
        return request.device();
    }

    @Override
    public Set<PixelFormat> delivers() throws CaptureException {
        try (Device device = Device.open(calls, request.device())) {
            return Set.of(new Offers(device).first(request));
        }
    }

    @Override
    public Session start(SourceOutput output) {
        CaptureAdapter adapter = new CaptureAdapter(output, camera.fps().frameNanos());
        return adapter.running(
                CaptureSession.start(calls, budget, request.withControls(controls.forSession()), adapter));
    }

    @Override
    public Optional<SourceControls> controls() {
        return Optional.of(controls);
    }

    private static List<PixelFormat> wanted(CameraConfig.Format format) {
        return switch (format) {
            case AUTO -> List.of(PixelFormat.values()); // in Perch's order
            case MJPG -> List.of(PixelFormat.MJPG, PixelFormat.JPEG); // some drivers call the same thing JPEG
            default -> {
                PixelFormat named = PixelFormat.valueOf(format.name());
                yield named.separate() == named ? List.of(named) : List.of(named, named.separate());
            }
        };
    }
}
