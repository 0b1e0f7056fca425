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
 * Limits the number of viewers: of all cameras together, and of each camera. A live stream counts until it ends; a client that fetches segments is
 * known by its address (an IPv6 client by its network) and counts until some time after the last request. Safe from any thread.
 */
public final class ViewerBounds {
    /** Players fetch a playlist or a segment every target duration, which is at most ten seconds. */
    static final long FETCHING_NANOS = 20_000_000_000L;

    private final OptionalLong mostOfAll;
    private final Map<String, Integer> mostOfCamera; // guarded by this
    private final Clock clock;
    private final Map<String, Integer> streams = new HashMap<>(); // by camera; guarded by this, like those below
    private final Map<Fetcher, Long> fetchers = new HashMap<>(); // the time of each one's last request
    private int allStreams;

    private record Fetcher(String camera, String network) {}

    /** Thrown when no more may watch. */
    public static final class FullException extends RuntimeException {
        private final long most;
        private final int now;

        FullException(String whose, long most, int now, String setting) {
            super(whose + (now == 1 ? " has 1 viewer, and " : " has " + now + " viewers, and ") + most
                    + (most == 1 ? " is" : " are") + " allowed at once (" + setting + "). Try again later.");
            this.most = most;
            this.now = now;
        }

        /** Returns the most viewers. */
        public long most() {
            return most;
        }

        /** Returns the viewers now. */
        public int now() {
            return now;
        }
    }

    /**
     * Creates the bounds.
     *
     * @param mostOfAll the most viewers of all cameras together; empty for no limit
     * @param mostOfCamera the most viewers of each camera, by its id; cameras without a limit are absent
     */
    public ViewerBounds(OptionalLong mostOfAll, Map<String, Integer> mostOfCamera, Clock clock) {
        this.mostOfAll = mostOfAll;
        this.mostOfCamera = new HashMap<>(mostOfCamera);
        this.clock = clock;
    }

    /** Sets the limit of a camera that is new. */
    public synchronized void bound(String camera, int most) {
        mostOfCamera.put(camera, most);
    }

    /** Removes the limit of a camera that is gone. */
    public synchronized void unbound(String camera) {
        mostOfCamera.remove(camera);
    }

    /** Returns the most viewers of all cameras together; empty for no limit. */
    public OptionalLong mostOfAll() {
        return mostOfAll;
    }

    /**
     * Counts one more live stream of each of {@code cameras}.
     *
     * @return ends the count, once
     * @throws FullException when no more may watch; then nothing is counted
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
     * Counts a client that fetches a playlist or a segment of {@code camera}, unless it is counted already.
     *
     * @param address empty if unknown; all such clients count as one
     * @throws FullException when no more may watch
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

    /** Returns the number of viewers of {@code camera}. */
    public synchronized int now(String camera) {
        forgetFetchers();
        long fetching = fetchers.keySet().stream()
                .filter(fetcher -> fetcher.camera().equals(camera))
                .count();
        return streams.getOrDefault(camera, 0) + (int) fetching;
    }

    /** Returns the number of all viewers. */
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
