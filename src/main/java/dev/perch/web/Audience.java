package dev.perch.web;

import dev.perch.camera.Camera;
import dev.perch.camera.Watch;
import dev.perch.media.StreamKind;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Everybody who watches now, so that all can be ended, and what their going told. */
final class Audience implements AutoCloseable {
    private final Set<LiveViewer> present = ConcurrentHashMap.newKeySet();
    private final Map<LiveViewer.Departure, LongAdder> departures = new ConcurrentHashMap<>();
    private final Map<LiveViewer, Place> places = new ConcurrentHashMap<>();
    private final AtomicLong arrivals = new AtomicLong();
    private final LongAdder shed = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();
    private final AtomicLong bytes = new AtomicLong();
    private final Closer closer = new Closer();
    private volatile boolean closed; // set by close, read by those who enter

    /**
     * Where a viewer stands in the queue.
     *
     * @param number of arrival, rising
     * @param shed whether it is being closed for want of memory
     */
    private record Place(LiveViewer viewer, long number, Watch watch, long leaseBytes, AtomicBoolean shed) {}

    Closer closer() {
        return closer;
    }

    /** Makes known what a viewer that is about to enter watches and holds. */
    void announce(LiveViewer viewer, Watch watch, long leaseBytes) {
        places.put(viewer, new Place(viewer, arrivals.incrementAndGet(), watch, leaseBytes, new AtomicBoolean()));
    }

    /** Counts one in; false when the program is ending. */
    boolean enter(LiveViewer viewer) {
        present.add(viewer);
        return !closed;
    }

    void leave(LiveViewer viewer, LiveViewer.Departure how) {
        Place place = places.remove(viewer);
        if (present.remove(viewer)) {
            boolean forMemory = place != null && place.shed.get();
            LongAdder count = forMemory ? shed : departures.computeIfAbsent(how, key -> new LongAdder());
            count.increment();
        }
    }

    void sent(int sizeBytes) {
        bytes.addAndGet(sizeBytes);
    }

    /** Bytes handed to the container since the start. */
    long sentBytes() {
        return bytes.get();
    }

    int size() {
        return present.size();
    }

    long departed(LiveViewer.Departure how) {
        LongAdder count = departures.get(how);
        return count == null ? 0 : count.sum();
    }

    /** How many were closed for want of memory. */
    long shed() {
        return shed.sum();
    }

    /** Somebody was not let in for want of memory. */
    void turnAway() {
        turnedAway.increment();
    }

    long turnedAway() {
        return turnedAway.sum();
    }

    /** Closes those who came last, for want of memory. @return bytes of their leases */
    long closeNewest(int count) {
        return shed(staying()
                .sorted(Comparator.comparingLong(Place::number).reversed())
                .limit(count));
    }

    /** Closes those who watch a format of a camera, for want of memory. @return bytes of their leases */
    long closeWatching(Camera camera, Set<StreamKind> kinds) {
        return shed(staying()
                .filter(place -> place.watch.camera() == camera
                        && kinds.contains(place.watch.viewer().kind())));
    }

    /** How many are not being closed for want of memory. */
    int stayingCount() {
        return (int) staying().count();
    }

    private Stream<Place> staying() {
        return places.values().stream().filter(place -> !place.shed.get());
    }

    private long shed(Stream<Place> those) {
        return those.filter(place -> place.shed.compareAndSet(false, true))
                .mapToLong(place -> {
                    closer.execute(place.viewer::shutDown);
                    return place.leaseBytes;
                })
                .sum();
    }

    /** Ends every answer. */
    @Override
    public void close() {
        closed = true;
        present.forEach(LiveViewer::shutDown);
        closer.close();
    }
}
