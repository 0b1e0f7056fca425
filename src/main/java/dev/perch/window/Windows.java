package dev.perch.window;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.RenditionConfig;
import dev.perch.media.Clock;
import dev.perch.media.TrackId;
import dev.perch.memory.Shedder;
import dev.perch.memory.Step;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The windows of all cameras. While memory is short, each is shortened to the fewest segments that players need. */
public final class Windows implements Shedder, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Windows.class.getName());
    private static final Step STEP = new Step(10, "hlsWindow", "the HLS window shortened", /* lastResort= */ false);

    /** A rendition of a camera's picture. */
    private record Place(Camera camera, String rendition) {}

    private final Map<Place, CameraWindow> windows = new HashMap<>();
    private final Map<Place, CameraWindow> muxed = new HashMap<>(); // of those with sound

    public Windows(Cameras cameras) {
        this(cameras, Clock.SYSTEM);
    }

    /** @param clock the one by which requests wait */
    public Windows(Cameras cameras, Clock clock) {
        for (Camera camera : cameras.all()) {
            List<RenditionConfig> others = camera.config().renditions();
            CommonOrigin origin = others.isEmpty() ? null : new CommonOrigin();
            CameraWindow.Parts parts = new CameraWindow.Parts(camera, cameras, clock, origin);
            add(parts, TrackId.MAIN);
            others.forEach(rendition -> add(parts, rendition.name()));
        }
    }

    private void add(CameraWindow.Parts parts, String rendition) {
        Place place = new Place(parts.camera(), rendition);
        windows.put(place, new CameraWindow(parts, rendition, /* muxed= */ false));
        if (parts.camera().config().sound().on()) {
            muxed.put(place, new CameraWindow(parts, rendition, /* muxed= */ true));
        }
    }

    /** Returns the window beside {@code window} in which each segment has its pictures and its sound; itself if the camera has no sound. */
    public CameraWindow muxed(CameraWindow window) {
        CameraWindow both = muxed.get(new Place(window.camera(), window.track().rendition()));
        return both == null ? window : both;
    }

    private Stream<CameraWindow> all() {
        return Stream.concat(windows.values().stream(), muxed.values().stream());
    }

    /** Returns the window of {@code camera}, in which sound has segments of its own beside the pictures. */
    public CameraWindow of(Camera camera) {
        return of(camera, TrackId.MAIN);
    }

    /** Returns the window of one of its renditions. */
    public CameraWindow of(Camera camera, String rendition) {
        CameraWindow window = windows.get(new Place(camera, rendition));
        if (window == null) {
            throw new IllegalArgumentException(
                    "no such camera or rendition: camera=" + camera.id() + " rendition=" + rendition);
        }
        return window;
    }

    /** Begins what is always kept; to be called every second or so. Does not wait. */
    public void tend() {
        windows.values().forEach(CameraWindow::tend);
    }

    @Override
    public Step step() {
        return STEP;
    }

    @Override
    public long shed() {
        return save(true);
    }

    @Override
    public void restore() {
        save(false);
    }

    private long save(boolean on) {
        return all().mapToLong(window -> window.save(on)).sum();
    }

    @Override
    public boolean holdsAny() {
        return all().anyMatch(CameraWindow::running);
    }

    /** Ends with the program. */
    @Override
    public void close() {
        all().forEach(Windows::close);
    }

    private static void close(CameraWindow window) {
        try {
            window.close();
        } catch (RuntimeException | Error fault) { // the others end all the same
            LOG.log(Level.ERROR, "the window of camera " + window.camera().id() + " did not end in order", fault);
        }
    }
}
