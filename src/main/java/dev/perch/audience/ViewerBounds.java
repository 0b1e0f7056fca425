package dev.perch.audience;

import dev.perch.media.Clock;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds how many watch at once: all cameras together, and each of them. Whoever receives a live stream counts until it ends; whoever fetches segments is
 * known by an address (of IPv6 by a network) and counts until some time after the last request. Safe from any thread.
 */
public final class ViewerBounds {
    /** Players fetch a playlist or a segment every target duration, which is at most ten seconds. */
    static final long FETCHING_NANOS = 20_000_000_000L;

    private final OptionalLong mostOfAll;
    private final Map<String, Integer> mostOfCamera; // guarded by this
    private final Clock clock;
    private final Map<String, Integer> streams = new HashMap<>(); // by camera; guarded by this, as those below
    private final Map<Fetcher, Long> fetchers = new HashMap<>(); // to the time of the last request
    private int allStreams;

    private record Fetcher(String camera, String network) {}

    /** As many watch as may. */
    public static final class FullException extends RuntimeException {
        private final long most;
        private final int now;

        FullException(String whose, long most, int now, String setting) {
            super(whose + (now == 1 ? " has 1 viewer, and " : " has " + now + " viewers, and ") + most
                    + (most == 1 ? " is" : " are") + " allowed at once (" + setting + "). Try again later.");
            this.most = most;
            this.now = now;
        }

        /** Returns how many may watch. */
        public long most() {
            return most;
        }

        /** Returns how many do. */
        public int now() {
            return now;
        }
    }

    /**
     * @param mostOfAll how many may watch all cameras together; empty for no bound
     * @param mostOfCamera how many may watch a camera, by its id; without one that has no bound of its own
     */
    public ViewerBounds(OptionalLong mostOfAll, Map<String, Integer> mostOfCamera, Clock clock) {
        this.mostOfAll = mostOfAll;
        this.mostOfCamera = new HashMap<>(mostOfCamera);
        this.clock = clock;
    }

    /** Has at most so many watch a camera that was not there before. */
    public synchronized void bound(String camera, int most) {
        mostOfCamera.put(camera, most);
    }

    /** Has no bound for a camera that has gone. */
    public synchronized void unbound(String camera) {
        mostOfCamera.remove(camera);
    }

    /** Returns how many may watch all cameras together; empty for no bound. */
    public OptionalLong mostOfAll() {
        return mostOfAll;
    }

    /**
     * Counts one more who receives a live stream of each of {@code cameras}.
     *
     * @return counts it out again, once
     * @throws FullException when as many watch as may; then nothing is counted
     */
    public Runnable enter(List<String> cameras) {
        count(cameras);
        AtomicBoolean left = new AtomicBoolean();
        return () -> {
            if (left.compareAndSet(false, true)) {
                leave(cameras);
            }
        };
    }

    private synchronized void count(List<String> cameras) {
        forgetFetchers();
        cameras.forEach(this::requireRoom);
        requireRoom();
        cameras.forEach(camera -> streams.merge(camera, 1, Integer::sum));
        allStreams++;
    }

    private synchronized void leave(List<String> cameras) {
        cameras.forEach(camera -> streams.computeIfPresent(camera, (id, count) -> count == 1 ? null : count - 1));
        allStreams--;
    }

    /**
     * Counts one who fetches a playlist or a segment of {@code camera}, unless it is counted already.
     *
     * @param address empty for those whose address is not known, who count as one
     * @throws FullException when as many others watch as may
     */
    public synchronized void fetches(String camera, Optional<InetAddress> address) {
        Fetcher fetcher =
                new Fetcher(camera, address.map(AddressShares::network).orElse(""));
        forgetFetchers();
        if (!fetchers.containsKey(fetcher)) {
            requireRoom(camera);
            requireRoom();
        }
        fetchers.put(fetcher, clock.nanoTime());
    }

    /** Returns how many watch {@code camera}. */
    public synchronized int now(String camera) {
        forgetFetchers();
        long fetching = fetchers.keySet().stream()
                .filter(fetcher -> fetcher.camera().equals(camera))
                .count();
        return streams.getOrDefault(camera, 0) + (int) fetching;
    }

    /** Returns how many watch anything. */
    public synchronized int now() {
        forgetFetchers();
        return allStreams + fetchers.size();
    }

    private void forgetFetchers() {
        long nowNanos = clock.nanoTime();
        fetchers.values().removeIf(lastNanos -> nowNanos - lastNanos > FETCHING_NANOS);
    }

    private void requireRoom(String camera) {
        Integer most = mostOfCamera.get(camera);
        if (most != null && now(camera) >= most) {
            throw new FullException("Camera " + camera, most, now(camera), "cameras." + camera + ".max-viewers");
        }
    }

    private void requireRoom() {
        if (mostOfAll.isPresent() && now() >= mostOfAll.getAsLong()) {
            throw new FullException("This server", mostOfAll.getAsLong(), now(), "server.max-viewers");
        }
    }
}
