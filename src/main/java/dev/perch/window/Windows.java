package dev.perch.window;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.media.Clock;
import dev.perch.memory.Shedder;
import dev.perch.memory.Step;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;

/** The windows of all cameras. While memory is short, each is shortened to the fewest segments that players need. */
public final class Windows implements Shedder, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Windows.class.getName());
    private static final Step STEP = new Step(10, "hlsWindow", "the HLS window shortened", /* lastResort= */ false);

    private final Map<Camera, CameraWindow> windows = new HashMap<>();

    public Windows(Cameras cameras) {
        this(cameras, Clock.SYSTEM);
    }

    /** @param clock the one by which requests wait */
    public Windows(Cameras cameras, Clock clock) {
        cameras.all().forEach(camera -> windows.put(camera, new CameraWindow(camera, cameras, clock)));
    }

    /** Returns the window of {@code camera}. */
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
        return windows.values().stream().mapToLong(window -> window.save(on)).sum();
    }

    @Override
    public boolean holdsAny() {
        return windows.values().stream().anyMatch(CameraWindow::running);
    }

    /** Ends with the program. */
    @Override
    public void close() {
        windows.values().forEach(Windows::close);
    }

    private static void close(CameraWindow window) {
        try {
            window.close();
        } catch (RuntimeException | Error fault) { // the others end all the same
            LOG.log(Level.ERROR, "the window of camera " + window.camera().id() + " did not end in order", fault);
        }
    }
}
