package dev.perch.window;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import dev.perch.config.CameraConfig;
import dev.perch.media.Clock;
import dev.perch.media.TrackId;
import dev.perch.memory.Shedder;
import dev.perch.memory.Step;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The windows of all cameras. While memory is short, each is shortened to the fewest segments that players need. */
public final class Windows implements Shedder, Cameras.Attendant, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Windows.class.getName());
    private static final Step STEP = new Step(10, "hlsWindow", "the HLS window shortened", /* lastResort= */ false);

    private final Cameras cameras;
    private final Clock clock;
    private final Map<String, CameraWindow> windows = new HashMap<>(); // guarded by this, like the next
    private final Map<String, CommonOrigin> origins = new HashMap<>(); // by camera, of those with renditions
    private boolean closed;

    public Windows(Cameras cameras) {
        this(cameras, Clock.SYSTEM);
    }

    /**
     * Creates the windows, none of which makes segments yet.
     *
     * @param clock times the waits of requests
     */
    public Windows(Cameras cameras, Clock clock) {
        this.cameras = cameras;
        this.clock = clock;
        cameras.attend(this);
    }

    @Override
    public void came(Camera camera) {
        // windows are made when they are first requested
    }

    @Override
    public synchronized void left(Camera camera) {
        for (Map.Entry<String, CameraWindow> each : List.copyOf(windows.entrySet())) {
            if (each.getValue().camera() == camera) {
                windows.remove(each.getKey());
                close(each.getValue());
            }
        }
        origins.remove(camera.id());
    }

    /**
     * Returns the window beside {@code window} whose segments hold pictures and sound; {@code window} itself if the camera has no sound.
     */
    public CameraWindow muxed(CameraWindow window) {
        Camera camera = window.camera();
        return camera.config().sound().on() ? window(camera, window.track().rendition(), /* muxed= */ true) : window;
    }

    /** Returns the window of {@code camera} in which sound has its own segments beside the pictures. */
    public CameraWindow of(Camera camera) {
        return of(camera, TrackId.MAIN);
    }

    /** Returns the window of one of the camera's renditions. */
    public CameraWindow of(Camera camera, String rendition) {
        boolean known = rendition.equals(TrackId.MAIN)
                || camera.config().renditions().stream()
                        .anyMatch(other -> other.name().equals(rendition));
        if (!known) {
            throw new IllegalArgumentException("no such rendition: camera=" + camera.id() + " rendition=" + rendition);
        }
        return window(camera, rendition, /* muxed= */ false);
    }

    /** Returns a window, making it at the first request: most cameras are never watched by HLS or DASH. */
    private synchronized CameraWindow window(Camera camera, String rendition, boolean muxed) {
        String name = camera.id() + " " + rendition + (muxed ? " with sound" : "");
        CameraWindow present = windows.get(name);
        if (present != null && present.camera() == camera) {
            return present;
        }
        if (present != null) {
            close(present); // requested once more after its camera had gone and one of the same name came
        }
        CommonOrigin origin = camera.config().renditions().isEmpty()
                ? null
                : origins.computeIfAbsent(camera.id(), id -> new CommonOrigin());
        CameraWindow made = new CameraWindow(new CameraWindow.Parts(camera, cameras, clock, origin), rendition, muxed);
        if (closed) {
            made.close();
        }
        camera.onErase(made::erase);
        windows.put(name, made);
        return made;
    }

    private synchronized List<CameraWindow> all() {
        return List.copyOf(windows.values());
    }

    /** Begins the windows that are always made. Called every second or so; does not wait. */
    public void tend() {
        for (Camera camera : cameras.all()) {
            if (camera.config().running().run() == CameraConfig.Run.ALWAYS) {
                of(camera).tend();
            }
        }
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
        return all().stream().mapToLong(window -> window.save(on)).sum();
    }

    @Override
    public boolean holdsAny() {
        return all().stream().anyMatch(CameraWindow::running);
    }

    /** Ends all windows with the program. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        all().forEach(Windows::close);
    }

    private static void close(CameraWindow window) {
        try {
            window.close();
        } catch (RuntimeException | Error fault) { // the other windows must end all the same
            LOG.log(Level.ERROR, "the window of camera " + window.camera().id() + " did not end in order", fault);
        }
    }
}
