package dev.perch.window;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.media.Clock;
import dev.perch.memory.Shedder;
import dev.perch.memory.Step;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** The windows of all cameras. While memory is short, each is shortened to the fewest segments that players need. */
public final class Windows implements Shedder, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Windows.class.getName());
    private static final Step STEP = new Step(10, "hlsWindow", "the HLS window shortened", /* lastResort= */ false);

    private final Map<Camera, CameraWindow> windows = new HashMap<>();
    private final Map<Camera, CameraWindow> muxed = new HashMap<>(); // of those with sound

    public Windows(Cameras cameras) {
        this(cameras, Clock.SYSTEM);
    }

    /** @param clock the one by which requests wait */
    public Windows(Cameras cameras, Clock clock) {
        for (Camera camera : cameras.all()) {
            windows.put(camera, new CameraWindow(camera, cameras, clock, /* muxed= */ false));
            if (camera.config().sound().on()) {
                muxed.put(camera, new CameraWindow(camera, cameras, clock, /* muxed= */ true));
            }
        }
    }

    /** Returns the window of {@code camera} in which each segment has its pictures and its sound; the plain one if the camera has no sound. */
    public CameraWindow muxed(Camera camera) {
        CameraWindow both = muxed.get(camera);
        return both == null ? of(camera) : both;
    }

    private Stream<CameraWindow> all() {
        return Stream.concat(windows.values().stream(), muxed.values().stream());
    }

    /** Returns the window of {@code camera}, in which sound has segments of its own beside the pictures. */
    public CameraWindow of(Camera camera) {
        CameraWindow window = windows.get(camera);
        if (window == null) {
            throw new IllegalArgumentException("no such camera: camera=" + camera.id());
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
