package dev.perch.web;

import dev.perch.camera.Camera;
import dev.perch.media.Encoding;
import dev.perch.web.live.LiveViewer;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Everybody who watches now, so that all can be ended, and what their going told. */
public final class Audience implements AutoCloseable {
    private final Set<Spectator> present = ConcurrentHashMap.newKeySet();
    private final Map<LiveViewer.Departure, LongAdder> departures = new ConcurrentHashMap<>();
    private final Map<Spectator, Place> places = new ConcurrentHashMap<>();
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
    private record Place(Spectator spectator, long number, long leaseBytes, AtomicBoolean shed) {}

    public Closer closer() {
        return closer;
    }

    /** Makes known what one that is about to enter holds. */
    public void announce(Spectator spectator, long leaseBytes) {
        places.put(spectator, new Place(spectator, arrivals.incrementAndGet(), leaseBytes, new AtomicBoolean()));
    }

    /** Counts one in; false when the program is ending. */
    public boolean enter(Spectator spectator) {
        present.add(spectator);
        return !closed;
    }

    public void leave(Spectator spectator, LiveViewer.Departure how) {
        Place place = places.remove(spectator);
        if (present.remove(spectator)) {
            boolean forMemory = place != null && place.shed.get();
            LongAdder count = forMemory ? shed : departures.computeIfAbsent(how, key -> new LongAdder());
            count.increment();
        }
    }

    public void sent(int sizeBytes) {
        bytes.addAndGet(sizeBytes);
    }

    /** Bytes handed to the container since the start. */
    public long sentBytes() {
        return bytes.get();
    }

    public int size() {
        return present.size();
    }

    public long departed(LiveViewer.Departure how) {
        LongAdder count = departures.get(how);
        return count == null ? 0 : count.sum();
    }

    /** How many were closed for want of memory. */
    public long shed() {
        return shed.sum();
    }

    /** Somebody was not let in for want of memory. */
    public void turnAway() {
        turnedAway.increment();
    }

    public long turnedAway() {
        return turnedAway.sum();
    }

    /** Closes those who came last, for want of memory. @return bytes of their leases */
    long closeNewest(int count) {
        return shed(staying()
                .sorted(Comparator.comparingLong(Place::number).reversed())
                .limit(count));
    }

    /** Closes those who watch a format of a camera, for want of memory. @return bytes of their leases */
    long closeWatching(Camera camera, Set<Encoding> encodings) {
        return shed(staying().filter(place -> place.spectator.watches(camera, encodings)));
    }

    /** How many are not being closed for want of memory. */
    public int stayingCount() {
        return (int) staying().count();
    }

    private Stream<Place> staying() {
        return places.values().stream().filter(place -> !place.shed.get());
    }

    private long shed(Stream<Place> those) {
        return those.filter(place -> place.shed.compareAndSet(false, true))
                .mapToLong(place -> {
                    closer.execute(place.spectator::shutDown);
                    return place.leaseBytes;
                })
                .sum();
    }

    /** Ends every answer, whatever the end of one before it throws. */
    @Override
    public void close() {
        closed = true;
        present.forEach(spectator -> Closer.quietly("a viewer", spectator::shutDown));
        closer.close();
    }
}
