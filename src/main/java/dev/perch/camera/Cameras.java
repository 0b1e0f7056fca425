package dev.perch.camera;

import dev.perch.memory.ArenaPool;
import dev.perch.memory.MemoryWatch;
import dev.perch.memory.Shedder;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All cameras of the program, in the order of the configuration. */
public final class Cameras implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Cameras.class.getName());

    private final List<Camera> all;
    private final ArenaPool pool;
    private final MemoryWatch watch;

    /**
     * @param all at least one; the first also answers without its name
     * @param watch on the system's memory, polled by whoever made it
     */
    public Cameras(List<Camera> all, ArenaPool pool, MemoryWatch watch) {
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a program has at least one camera: cameras=" + all);
        }
        this.all = List.copyOf(all);
        this.pool = pool;
        this.watch = watch;
    }

    /** All of them. */
    public List<Camera> all() {
        return all;
    }

    /** The one that answers without its name. */
    public Camera first() {
        return all.get(0);
    }

    /** The one of that name. */
    public Optional<Camera> named(String id) {
        return all.stream().filter(camera -> camera.id().equals(id)).findFirst();
    }

    /** The names, for people. */
    public String names() {
        return all.stream().map(Camera::id).collect(Collectors.joining(", "));
    }

    /** Where their memory comes from. */
    public ArenaPool pool() {
        return pool;
    }

    /** The watch on the system's memory. */
    public MemoryWatch watch() {
        return watch;
    }

    /** Returns what gives back memory of their rings. */
    public Shedder rings() {
        return new RingShedder(all);
    }

    /** Ends each of them, whatever the end of an earlier one throws. */
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
