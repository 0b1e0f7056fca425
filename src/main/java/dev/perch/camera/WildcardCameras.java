package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.source.PublishedSource;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The cameras that the configuration does not name: each comes with its first publisher, by a wildcard such as {@code live/*}, and goes some time
 * after the last one. Each wildcard limits their number. Safe from any thread.
 */
public final class WildcardCameras {
    private static final System.Logger LOG = System.getLogger(WildcardCameras.class.getName());

    /** How long viewers may take to let go of a camera that goes. */
    private static final long LEAVE_NANOS = 5_000_000_000L;

    private static final long LOOK_MILLIS = 20;

    private final Cameras cameras;
    private final List<CameraConfig> wildcards;
    private final List<Present> present = new ArrayList<>(); // guarded by this, like all below
    private final Map<String, CameraConfig> leaving = new HashMap<>(); // the wildcard, by the camera's name
    private boolean closed;

    private record Present(CameraConfig wildcard, Camera camera, PublishedSource source) {}

    /** Thrown when no more cameras may come, or the camera has just gone. */
    public static final class FullException extends Exception {
        private static final long serialVersionUID = 1;

        private FullException(String sentence) {
            super(sentence);
        }
    }

    WildcardCameras(Cameras cameras, List<CameraConfig> wildcards) {
        this.cameras = cameras;
        this.wildcards = List.copyOf(wildcards);
    }

    /** Returns the wildcards. */
    public List<CameraConfig> wildcards() {
        return wildcards;
    }

    /** Returns the most cameras that may come. */
    public int most() {
        return wildcards.stream().mapToInt(wildcard -> source(wildcard).most()).sum();
    }

    /** Returns the wildcard that matches this name; empty if none does. */
    public Optional<CameraConfig> of(String name) {
        return wildcards.stream()
                .filter(wildcard -> source(wildcard).takes(name))
                .findFirst();
    }

    private static SourceConfig.Wildcard source(CameraConfig wildcard) {
        if (!(wildcard.source() instanceof SourceConfig.Wildcard source)) {
            throw new IllegalArgumentException("no wildcard: source=" + wildcard.source());
        }
        return source;
    }

    /**
     * Returns the camera of this name, created if it does not exist. Called for a publisher that may publish.
     *
     * @throws FullException if there is no room for it
     */
    public synchronized Camera admit(String name) throws FullException {
        boolean goes =
                leaving.containsKey(name); // a camera that goes takes no publisher, even while it is still listed
        Optional<Camera> known = cameras.named(name);
        if (known.isPresent() && !goes) {
            return known.get();
        }
        CameraConfig wildcard =
                of(name).orElseThrow(() -> new FullException("No camera of this name is published to."));
        if (closed || goes) {
            throw new FullException("Camera " + name + " is just going. Try again in some seconds.");
        }
        int most = source(wildcard).most();
        Stream<CameraConfig> taken = Stream.concat(present.stream().map(Present::wildcard), leaving.values().stream());
        if (taken.filter(wildcard::equals).count() >= most) {
            throw new FullException("As many cameras are published by " + wildcard.source()
                    + " as may be: max-cameras is " + most + ".");
        }
        CameraConfig config = wildcard.named(name);
        PublishedSource source = new PublishedSource(config);
        boolean switched = cameras.keptPrivacy().filter(kept -> kept.kept(name)).isPresent();
        Camera camera = Camera.start(config, source, cameras.pool(), cameras.clock(), switched);
        present.add(new Present(wildcard, camera, source));
        cameras.came(camera, slot());
        LOG.log(Level.INFO, "camera {0} has come, by {1}.", name, wildcard.source());
        return camera;
    }

    private int slot() {
        Set<Integer> taken = new HashSet<>();
        cameras.all().forEach(camera -> taken.add(cameras.number(camera)));
        int slot = 0;
        while (taken.contains(slot)) {
            slot++;
        }
        return slot;
    }

    /** Removes the cameras to which nobody publishes any more. Called every second or so; does not wait. */
    public void tend(long nowNanos) {
        List<Present> gone = new ArrayList<>();
        synchronized (this) {
            for (Present each : List.copyOf(present)) {
                if (each.source().retire(nowNanos)) {
                    present.remove(each);
                    leaving.put(each.camera().id(), each.wildcard());
                    gone.add(each);
                }
            }
        }
        for (Present each : gone) {
            Thread thread = new Thread(
                    () -> leave(each.camera()), "perch-" + each.camera().id() + "-leaving");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void leave(Camera camera) {
        try {
            cameras.left(camera);
            long endNanos = System.nanoTime() + LEAVE_NANOS;
            while (camera.watchers() > 0 && System.nanoTime() - endNanos < 0) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        } finally {
            Cameras.close(camera);
            synchronized (this) {
                leaving.remove(camera.id());
            }
            LOG.log(Level.INFO, "camera {0} has gone.", camera.id());
        }
    }

    /** Lets no more cameras come. */
    synchronized void close() {
        closed = true;
    }
}
