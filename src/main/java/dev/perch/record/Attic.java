package dev.perch.record;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the files of the cameras that have been gone for longest, all on one thread, which exists once there is such a camera. Safe from any
 * thread.
 */
final class Attic implements AutoCloseable {
    private static final int MOST = 1000;
    private static final long LOOK_MILLIS = 15_000;

    private final Map<String, Shelf> shelves =
            new LinkedHashMap<>(); // by camera, in the order of arrival; guarded by this
    private @Nullable Thread thread; // guarded by this, like the next two
    private boolean asked;
    private boolean closed;

    /**
     * Takes a shelf, whose own thread ends.
     *
     * @return the oldest shelf if there is no place for it any more
     */
    synchronized Optional<Shelf> add(String camera, Shelf shelf) {
        shelf.rest();
        shelves.put(camera, shelf);
        if (thread == null) {
            Thread begun = new Thread(this::run, "perch-recordings-attic");
            begun.setDaemon(true);
            begun.start();
            thread = begun;
        }
        Shelf first = shelves.values().iterator().next();
        if (shelves.size() > MOST) {
            shelves.values().remove(first);
            return Optional.of(first);
        }
        return Optional.empty();
    }

    /** Gives back the shelf of a camera that has returned. */
    synchronized Optional<Shelf> take(String camera) {
        return Optional.ofNullable(shelves.remove(camera));
    }

    synchronized boolean has(String camera) {
        return shelves.containsKey(camera);
    }

    /** Makes the thread look after the files now. */
    synchronized void look() {
        asked = true;
        notifyAll();
    }

    private void run() {
        try {
            for (List<Shelf> all = next(); !all.isEmpty(); all = next()) {
                all.forEach(Shelf::tendQuietly);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until it is time again. Returns the shelves; none at the end. */
    private synchronized List<Shelf> next() throws InterruptedException {
        long deadlineNanos = System.nanoTime() + LOOK_MILLIS * 1_000_000;
        while (!closed && (shelves.isEmpty() || (!asked && System.nanoTime() - deadlineNanos < 0))) {
            wait(LOOK_MILLIS);
        }
        asked = false;
        return closed ? List.of() : new ArrayList<>(shelves.values());
    }

    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
