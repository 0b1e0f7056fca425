package dev.perch.audience;

import dev.perch.camera.Camera;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everybody who watches now, so that all can be ended, and the counts of how they left. Safe from any thread. */
public final class Audience implements AutoCloseable {
    private final Set<Viewer> present = ConcurrentHashMap.newKeySet();
    private final Map<Departure, LongAdder> departures = new ConcurrentHashMap<>();
    private final Map<Viewer, Place> places = new ConcurrentHashMap<>();
    private final AtomicLong arrivals = new AtomicLong();
    private final LongAdder shed = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();
    private final AtomicLong bytes = new AtomicLong();
    private final Closer closer = new Closer();
    private final Clock clock;
    private volatile @Nullable DeliveryDelays delays; // made for the first who asks, read by those who deliver
    private volatile boolean closed; // set by close, read by those who enter

    /**
     * A viewer's place in the queue.
     *
     * @param number of arrival, rising
     * @param shed whether it is being closed for want of memory
     */
    private record Place(Viewer viewer, long number, long leaseBytes, AtomicBoolean shed) {}

    public Audience() {
        this(Clock.SYSTEM);
    }

    /** @param clock by which streams wait and give up */
    public Audience(Clock clock) {
        this.clock = clock;
    }

    Clock clock() {
        return clock;
    }

    public Closer closer() {
        return closer;
    }

    /** Makes known what a viewer holds that has entered. From now on it may be closed for want of memory. */
    void announce(Viewer viewer, long leaseBytes) {
        places.put(viewer, new Place(viewer, arrivals.incrementAndGet(), leaseBytes, new AtomicBoolean()));
    }

    /** Counts a viewer in. Returns false if the program is ending. */
    boolean enter(Viewer viewer) {
        present.add(viewer);
        return !closed;
    }

    void leave(Viewer viewer, Departure how) {
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

    /** Counts the time that a frame has taken whose last byte has left, once somebody wants to know. */
    void left(long capturedNanos) {
        DeliveryDelays counted = delays;
        if (counted != null) {
            counted.add(clock.nanoTime() - capturedNanos);
        }
    }

    /** Returns the times that frames take, counted since this was called first. */
    public synchronized DeliveryDelays delays() {
        DeliveryDelays present = delays == null ? new DeliveryDelays() : delays;
        delays = present;
        return present;
    }

    /** Returns how many watch by each technique, by its name. */
    public Map<String, Long> byTechnique() {
        return present.stream().collect(Collectors.groupingBy(Viewer::technique, TreeMap::new, Collectors.counting()));
    }

    /** Returns those who watch {@code camera} by MJPEG. */
    public List<StreamClient> clients(Camera camera) {
        return present.stream()
                .filter(viewer -> viewer.client().isPresent() && viewer.watches(camera, EnumSet.of(Encoding.JPEG)))
                .flatMap(viewer -> viewer.client().stream())
                .toList();
    }

    /** The bytes handed to the container since the start. */
    public long sentBytes() {
        return bytes.get();
    }

    public int size() {
        return present.size();
    }

    public long departed(Departure how) {
        LongAdder count = departures.get(how);
        return count == null ? 0 : count.sum();
    }

    /** The viewers closed for want of memory. */
    public long shed() {
        return shed.sum();
    }

    /** Counts one who was not let in for want of memory. */
    public void turnAway() {
        turnedAway.increment();
    }

    public long turnedAway() {
        return turnedAway.sum();
    }

    /** Closes the {@code count} who came last, for want of memory. Returns the bytes of their leases. */
    long closeNewest(int count) {
        return shed(staying()
                .sorted(Comparator.comparingLong(Place::number).reversed())
                .limit(count));
    }

    /** Closes those who watch {@code camera} in one of {@code encodings}, for want of memory. Returns the bytes of their leases. */
    long closeWatching(Camera camera, Set<Encoding> encodings) {
        return shed(staying().filter(place -> place.viewer.watches(camera, encodings)));
    }

    /** Ends the answers of those who watch {@code camera}, which goes. */
    public void endWatching(Camera camera) {
        Set<Encoding> any = EnumSet.allOf(Encoding.class);
        present.stream()
                .filter(viewer -> viewer.watches(camera, any))
                .forEach(viewer -> closer.execute(viewer::shutDown));
    }

    /** The viewers that are not being closed for want of memory. */
    public int stayingCount() {
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

    /** Ends every stream, whatever the end of one before it throws. */
    @Override
    public void close() {
        closed = true;
        present.forEach(viewer -> Closer.quietly("a viewer", viewer::shutDown));
        closer.close();
    }
}
