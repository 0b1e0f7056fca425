package dev.perch.source;

import dev.perch.config.CameraConfig;
import dev.perch.config.RenditionConfig;
import dev.perch.config.SourceConfig;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryBudget;
import dev.perch.v4l2.CaptureRequest;
import dev.perch.v4l2.CaptureSession;
import dev.perch.v4l2.Device;
import dev.perch.v4l2.DevicePlace;
import dev.perch.v4l2.Flips;
import dev.perch.v4l2.Offers;
import dev.perch.v4l2.SystemCalls;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A camera that is a V4L2 device: H.264 or JPEG as the device encodes it, or raw pictures. */
public final class V4l2Source implements Source {

    private final SystemCalls calls;
    private final DevicePlace place;
    private final MemoryBudget budget;
    private final CameraConfig camera;
    private final CaptureRequest request;
    private final DeviceControls controls;
    private final KeyFrameWatch keys;
    private final @Nullable SecondNode second; // null unless the configuration leaves open what the device is asked for
    private final List<Rendition> renditions; // those that a node may give
    private volatile @Nullable Rendition captured; // the one that the device was seen to give
    private volatile boolean two; // whether the device was seen to have that node, and no other way to give H.264
    private volatile boolean plainJpeg; // the JPEGs carry no H.264 as the device was told; the capture thread writes

    /** A rendition, and the node that may give it. */
    private record Rendition(TrackId track, SecondNode node) {}

    /**
     * Creates the source of a camera that follows no other in the configuration.
     *
     * @param camera has a source that {@link #shows}
     */
    public V4l2Source(CameraConfig camera, MemoryBudget budget) {
        this(camera, List.of(), budget);
    }

    /**
     * Creates the source of a camera that may follow others in the configuration.
     *
     * @param camera has a source that {@link #shows}
     * @param all the cameras of the configuration: a device of an earlier one is not used, nor the second node of any other
     */
    public V4l2Source(CameraConfig camera, List<CameraConfig> all, MemoryBudget budget) {
        this(
                camera,
                budget,
                SystemCalls.linux(),
                new DeviceFinder(SystemCalls.linux(), SecondNode.Places.LINUX, camera, all),
                request -> new SecondNode(
                        SystemCalls.linux(),
                        SecondNode.Places.LINUX,
                        all.stream()
                                .filter(other -> !other.id().equals(camera.id()))
                                .toList(),
                        request));
    }

    V4l2Source(CameraConfig camera, MemoryBudget budget, SystemCalls calls) {
        this(camera, budget, calls, new DeviceFinder(calls, SecondNode.Places.LINUX, camera, List.of()));
    }

    V4l2Source(CameraConfig camera, MemoryBudget budget, SystemCalls calls, DevicePlace place) {
        this(
                camera,
                budget,
                calls,
                place,
                request -> new SecondNode(calls, SecondNode.Places.LINUX, List.of(), request));
    }

    V4l2Source(
            CameraConfig camera,
            MemoryBudget budget,
            SystemCalls calls,
            DevicePlace place,
            Function<CaptureRequest, SecondNode> seconds) {
        if (!shows(camera.source())) {
            throw new IllegalArgumentException("not a device: source=" + camera.source());
        }
        this.place = place;
        this.calls = calls;
        this.budget = budget;
        this.camera = camera;
        CaptureRequest plain = new CaptureRequest(
                camera.source().toString(),
                wanted(camera),
                camera.capture().size().width(),
                camera.capture().size().height(),
                camera.capture().size().exact(),
                camera.capture().fps().numerator(),
                camera.capture().fps().denominator(),
                List.of(),
                embedding(camera.capture().format()),
                camera.id() + " driver buffers",
                "cameras." + camera.id() + ".size");
        this.request = flips(camera).map(plain::flipped).orElse(plain);
        this.controls = new DeviceControls(
                calls, place, camera.capture().controls(), !camera.masks().isEmpty());
        this.keys = new KeyFrameWatch(camera.capture().fps().frameNanos(), System.nanoTime());
        boolean open = camera.capture().format() == CameraConfig.Format.AUTO
                && camera.masks().isEmpty()
                && camera.turn().isEmpty();
        this.second = open ? seconds.apply(request) : null;
        this.renditions = open
                ? camera.renditions().stream()
                        .flatMap(each -> asked(each).map(seconds).stream()
                                .map(node -> new Rendition(new TrackId(each.name(), Encoding.H264), node)))
                        .toList()
                : List.of();
    }

    /** Returns what a node is asked for that is to give a rendition: its size, in the picture's proportions; empty for one that no device can be asked for. */
    private Optional<CaptureRequest> asked(RenditionConfig rendition) {
        CameraConfig.FrameRate rate =
                rendition.quality().fps().orElse(camera.capture().fps());
        return rendition
                .quality()
                .size()
                .filter(size -> rendition.quality().bitrate().isEmpty()
                        && size.width() * request.height() == size.height() * request.width())
                .map(size -> request.exactly(size.width(), size.height(), rate.numerator(), rate.denominator()));
    }

    /** Returns whether a source is a V4L2 device, by path or by name. */
    public static boolean shows(SourceConfig source) {
        return DeviceFinder.isDevice(source);
    }

    /** Returns the finder of the device. */
    DevicePlace place() {
        return place;
    }

    @Override
    public String description() {
        return request.device();
    }

    @Override
    public Set<PixelFormat> delivers() throws CaptureException {
        String path = place.find();
        try (Device device = Device.open(calls, path)) {
            Offers offers = new Offers(device);
            PixelFormat first = offers.first(request);
            boolean jpegs = first == PixelFormat.MJPG || first == PixelFormat.JPEG;
            boolean within = jpegs
                    && switch (request.embedding()) {
                        case OFF -> false;
                        case WANTED -> offers.embedsH264();
                        case REQUIRED -> true; // asked for or not: a session whose JPEGs carry no H.264 is refused
                    };
            SecondNode beside = second;
            two = jpegs && !within && beside != null && beside.beside(path).isPresent();
            captured = first == PixelFormat.H264 ? captured(path) : null;
            return within || two ? Set.of(first, PixelFormat.H264) : Set.of(first);
        }
    }

    private @Nullable Rendition captured(String path) throws CaptureException {
        for (Rendition each : renditions) {
            if (each.node().beside(path).isPresent()) {
                return each;
            }
        }
        return null;
    }

    @Override
    public Optional<Set<PixelFormat>> deliversAsFarAsKnown() {
        return plainJpeg ? Optional.of(Set.of(PixelFormat.MJPG)) : Optional.empty();
    }

    @Override
    public Session start(SourceOutput output) {
        Rendition rendition = captured;
        if (rendition != null) {
            SecondStream.Tracks tracks = new SecondStream.Tracks(TrackId.main(Encoding.H264), rendition.track());
            SecondStream both = new SecondStream(
                    camera, output, tracks, taker -> start(rendition.node(), taker), () -> captured = null);
            return both.with(start(both, request));
        }
        SecondNode beside = second;
        if (beside == null || !two || plainJpeg) {
            return start(output, request);
        }
        SecondStream both = new SecondStream(
                camera,
                output,
                SecondStream.Tracks.BESIDE_JPEGS,
                taker -> start(beside, taker),
                () -> plainJpeg = true);
        return both.with(start(both, request.plain()));
    }

    private Session start(SourceOutput output, CaptureRequest asked) {
        CaptureAdapter adapter = adapter(output, asked, keys);
        return adapter.running(
                CaptureSession.start(calls, budget, asked.withControls(controls.forSession()), place, adapter));
    }

    private Session start(SecondNode beside, SourceOutput output) {
        KeyFrameWatch own = new KeyFrameWatch(camera.capture().fps().frameNanos(), System.nanoTime());
        CaptureAdapter adapter = adapter(output, request.plain(), own);
        return adapter.running(beside.start(place, budget, adapter));
    }

    private CaptureAdapter adapter(SourceOutput output, CaptureRequest asked, KeyFrameWatch watched) {
        EmbeddedH264Watch watch = new EmbeddedH264Watch(asked, plain -> plainJpeg = plain);
        GatherMemory gathering = new GatherMemory(new ArenaPool(budget), camera.id());
        return new CaptureAdapter(output, camera.capture().fps().frameNanos(), gathering, watch, watched);
    }

    @Override
    public Optional<SourceControls> controls() {
        return Optional.of(controls);
    }

    /**
     * Returns the flips for the device: none if turning the pictures takes more than flips, if its flip controls are configured by name, or under
     * masks.
     */
    private static Optional<Flips> flips(CameraConfig camera) {
        if (!camera.masks().isEmpty()) {
            return Optional.of(Flips.NONE);
        }
        boolean named = camera.capture().controls().stream().anyMatch(control -> Flips.sets(control.name()));
        return camera.turn()
                .filter(turn -> !named && turn.degrees() % 180 == 0)
                .map(turn -> new Flips(turn.mirrored() != (turn.degrees() == 180), turn.degrees() == 180));
    }

    private static CaptureRequest.Embedding embedding(CameraConfig.Format format) {
        return switch (format) {
            case AUTO -> CaptureRequest.Embedding.WANTED;
            case MJPGH264 -> CaptureRequest.Embedding.REQUIRED;
            default -> CaptureRequest.Embedding.OFF;
        };
    }

    private static List<PixelFormat> wanted(CameraConfig camera) {
        List<PixelFormat> all = wanted(camera.capture().format());
        return camera.masks().isEmpty() // which only raw pictures can have
                ? all
                : all.stream().filter(format -> !format.encoded()).toList();
    }

    private static List<PixelFormat> wanted(CameraConfig.Format format) {
        return switch (format) {
            case AUTO -> List.of(PixelFormat.values()); // in Perch's order of preference
            case MJPG, MJPGH264 -> List.of(PixelFormat.MJPG, PixelFormat.JPEG); // some drivers say JPEG
            default -> {
                PixelFormat named = PixelFormat.valueOf(format.name());
                yield named.separate() == named ? List.of(named) : List.of(named, named.separate());
            }
        };
    }
}
