package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.media.Clock;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryWatch;
import dev.perch.memory.Shedder;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All cameras of the program: those of the configuration in its order, then those that came by a wildcard. Safe from any thread. */
public final class Cameras implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Cameras.class.getName());

    private final Optional<Camera> first;
    private final ArenaPool pool;
    private final MemoryWatch watch;
    private final @Nullable KeptPrivacy keptPrivacy;
    private final Clock clock;
    private final WildcardCameras wildcards;
    private final List<Attendant> attendants = new CopyOnWriteArrayList<>();
    private final Map<Camera, Integer> numbers = new ConcurrentHashMap<>();
    private volatile List<Camera> all; // written under this

    /** Is told of each camera that comes or goes. */
    public interface Attendant {
        /** Called before a camera is listed. */
        void came(Camera camera);

        /** Called when a camera is no longer listed; it is closed after this. May wait some seconds. */
        void left(Camera camera);
    }

    /**
     * Creates the list.
     *
     * @param all at least one; the first also answers without its name
     * @param watch the watch on the system's memory; whoever made it polls it
     */
    public Cameras(List<Camera> all, ArenaPool pool, MemoryWatch watch) {
        this(all, List.of(), pool, watch, /* keptPrivacy= */ null);
    }

    /**
     * Creates the list.
     *
     * @param wildcards by which further cameras come; with one, {@code all} may be empty
     * @param keptPrivacy stores what operators have made private; null to store nothing
     */
    public Cameras(
            List<Camera> all,
            List<CameraConfig> wildcards,
            ArenaPool pool,
            MemoryWatch watch,
            @Nullable KeptPrivacy keptPrivacy) {
        if (all.isEmpty() && wildcards.isEmpty()) {
            throw new IllegalArgumentException("a program has at least one camera: cameras=" + all);
        }
        this.all = List.copyOf(all);
        this.first = all.stream().findFirst();
        this.pool = pool;
        this.watch = watch;
        this.keptPrivacy = keptPrivacy;
        this.clock = first.map(Camera::clock).orElse(Clock.SYSTEM);
        this.wildcards = new WildcardCameras(this, wildcards);
        all.forEach(camera -> numbers.put(camera, numbers.size()));
    }

    /** Returns the store of operators' privacy switches; empty where a restart undoes them. */
    public Optional<KeptPrivacy> keptPrivacy() {
        return Optional.ofNullable(keptPrivacy);
    }

    public List<Camera> all() {
        return all;
    }

    /** Returns the camera that also answers without its name; empty if the configuration names none. */
    public Optional<Camera> first() {
        return first;
    }

    /** Returns the camera of that name. */
    public Optional<Camera> named(String id) {
        return all.stream().filter(camera -> camera.id().equals(id)).findFirst();
    }

    /** Returns the names, as a list for people. */
    public String names() {
        List<Camera> now = all;
        return now.isEmpty() ? "none yet" : now.stream().map(Camera::id).collect(Collectors.joining(", "));
    }

    /** Returns the camera's number, which no other camera has at the same time. */
    public int number(Camera camera) {
        return numbers.getOrDefault(camera, numbers.size());
    }

    /** Returns the cameras that come by a wildcard. */
    public WildcardCameras wildcards() {
        return wildcards;
    }

    /** Calls {@code attendant} for each camera that comes or goes from now on. */
    public void attend(Attendant attendant) {
        attendants.add(attendant);
    }

    void came(Camera camera, int number) {
        numbers.put(camera, number);
        attendants.forEach(attendant -> quietly(camera, () -> attendant.came(camera)));
        synchronized (this) {
            List<Camera> more = new ArrayList<>(all);
            more.add(camera);
            all = List.copyOf(more);
        }
    }

    void left(Camera camera) {
        synchronized (this) {
            List<Camera> fewer = new ArrayList<>(all);
            fewer.remove(camera);
            all = List.copyOf(fewer);
        }
        attendants.forEach(attendant -> quietly(camera, () -> attendant.left(camera)));
        numbers.remove(camera);
    }

    private static void quietly(Camera camera, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error fault) { // the others must be told all the same
            LOG.log(Level.ERROR, "camera " + camera.id() + " did not come or go in order", fault);
        }
    }

    /** Returns the pool that all rings take their arenas from. */
    public ArenaPool pool() {
        return pool;
    }

    /** Returns the clock of all cameras. */
    public Clock clock() {
        return clock;
    }

    public MemoryWatch watch() {
        return watch;
    }

    /** Returns the shedder that shortens the rings. */
    public Shedder rings() {
        return new RingShedder(this);
    }

    /** Closes every camera, even if closing an earlier one throws. */
    @Override
    public void close() {
        wildcards.close();
        all.forEach(Cameras::close);
    }

    static void close(Camera camera) {
        try {
            camera.close();
        } catch (RuntimeException | Error fault) {
            LOG.log(Level.ERROR, "camera " + camera.id() + " did not end in order", fault);
        }
    }
}
