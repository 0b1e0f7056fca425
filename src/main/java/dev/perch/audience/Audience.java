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

/** All current viewers, so that all can be ended, and the counts of how earlier ones left. Safe from any thread. */
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
    private volatile @Nullable DeliveryDelays delays; // created at the first request, read by deliveries
    private volatile boolean closed; // set by close, read when a viewer enters

    /**
     * A viewer's place in the queue.
     *
     * @param number rises with arrival
     * @param shed whether the viewer is being closed for lack of memory
     */
    private record Place(Viewer viewer, long number, long leaseBytes, AtomicBoolean shed) {}

    public Audience() {
        this(Clock.SYSTEM);
    }

    /**
     * Creates an empty audience.
     *
     * @param clock times the waits of streams
     */
    public Audience(Clock clock) {
        this.clock = clock;
    }

    Clock clock() {
        return clock;
    }

    public Closer closer() {
        return closer;
    }

    /** Sets the lease of a viewer that has entered, which may be closed for lack of memory from now on. */
    void announce(Viewer viewer, long leaseBytes) {
        places.put(viewer, new Place(viewer, arrivals.incrementAndGet(), leaseBytes, new AtomicBoolean()));
    }

    /** Adds a viewer. Returns false if the program is ending. */
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

    /** Counts the delay of a frame whose last byte was sent, once somebody has asked for {@link #delays}. */
    void left(long capturedNanos) {
        DeliveryDelays counted = delays;
        if (counted != null) {
            counted.add(clock.nanoTime() - capturedNanos);
        }
    }

    /** Returns the delays of frames, counted since the first call. */
    public synchronized DeliveryDelays delays() {
        DeliveryDelays present = delays == null ? new DeliveryDelays() : delays;
        delays = present;
        return present;
    }

    /** Returns the number of viewers by technique. */
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

    /** Returns the bytes handed to the container since the start. */
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

    /** Returns the number of viewers closed for lack of memory. */
    public long shed() {
        return shed.sum();
    }

    /** Counts one who was turned away for lack of memory. */
    public void turnAway() {
        turnedAway.increment();
    }

    public long turnedAway() {
        return turnedAway.sum();
    }

    /** Closes the {@code count} newest viewers for lack of memory. Returns the bytes of their leases. */
    long closeNewest(int count) {
        return shed(staying()
                .sorted(Comparator.comparingLong(Place::number).reversed())
                .limit(count));
    }

    /** Closes the viewers of {@code camera} in one of {@code encodings} for lack of memory. Returns the bytes of their leases. */
    long closeWatching(Camera camera, Set<Encoding> encodings) {
        return shed(staying().filter(place -> place.viewer.watches(camera, encodings)));
    }

    /** Ends the streams of {@code camera}, which goes. */
    public void endWatching(Camera camera) {
        Set<Encoding> any = EnumSet.allOf(Encoding.class);
        present.stream()
                .filter(viewer -> viewer.watches(camera, any))
                .forEach(viewer -> closer.execute(viewer::shutDown));
    }

    /** Returns the number of viewers that are not being closed for lack of memory. */
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

    /** Ends every stream, even if ending an earlier one throws. */
    @Override
    public void close() {
        closed = true;
        present.forEach(viewer -> Closer.quietly("a viewer", viewer::shutDown));
        closer.close();
    }
}
