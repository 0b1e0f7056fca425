package dev.perch.camera;

import dev.perch.media.Clock;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryWatch;
import dev.perch.memory.Shedder;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All cameras of the program, in the order of the configuration. */
public final class Cameras implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Cameras.class.getName());

    private final List<Camera> all;
    private final ArenaPool pool;
    private final MemoryWatch watch;
    private final @Nullable KeptPrivacy keptPrivacy;

    /**
     * @param all at least one; the first also answers without its name
     * @param watch watches the system's memory; polled by whoever made it
     */
    public Cameras(List<Camera> all, ArenaPool pool, MemoryWatch watch) {
        this(all, pool, watch, /* keptPrivacy= */ null);
    }

    /** @param keptPrivacy keeps what operators have made private; null where nothing does */
    public Cameras(List<Camera> all, ArenaPool pool, MemoryWatch watch, @Nullable KeptPrivacy keptPrivacy) {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a program has at least one camera: cameras=" + all);
        }
        this.all = List.copyOf(all);
        this.pool = pool;
        this.watch = watch;
        this.keptPrivacy = keptPrivacy;
    }

    /** Returns what keeps the switches of operators; empty where a restart undoes them. */
    public Optional<KeptPrivacy> keptPrivacy() {
        return Optional.ofNullable(keptPrivacy);
    }

    public List<Camera> all() {
        return all;
    }

    /** Returns the camera that also answers without its name. */
    public Camera first() {
        return all.get(0);
    }

    /** Returns the camera of that name. */
    public Optional<Camera> named(String id) {
        return all.stream().filter(camera -> camera.id().equals(id)).findFirst();
    }

    /** Returns the names, as a list for people. */
    public String names() {
        return all.stream().map(Camera::id).collect(Collectors.joining(", "));
    }

    /** The pool that all rings take their arenas from. */
    public ArenaPool pool() {
        return pool;
    }

    /** Returns the clock that all of them go by. */
    public Clock clock() {
        return first().clock();
    }

    public MemoryWatch watch() {
        return watch;
    }

    /** Returns the part of the memory watch that shortens their rings. */
    public Shedder rings() {
        return new RingShedder(all);
    }

    /** Ends each camera, even if ending an earlier one throws. */
    @Override
    public void close() {
        all.forEach(Cameras::close);
    }

    private static void close(Camera camera) {
        try {
            camera.close();
        } catch (RuntimeException | Error fault) {
            LOG.log(Level.ERROR, "camera " + camera.id() + " did not end in order", fault);
        }
    }
}
