package dev.perch.camera;

import dev.perch.media.Clock;
import java.util.ArrayList;
import java.util.List;

/** The demand for one track of a camera: streams, and single pictures. Safe from any thread. */
final class Demand {
    private final Clock clock;
    private final List<Long> pictures =
            new ArrayList<>(); // the earliest acceptable capture time of each picture; guarded by this
    private int streams; // guarded by this, like the next
    private int beside; // viewers who are counted by their demand for another track
    private long lastStreamLeaveNanos; // guarded by this, like the next
    private long lastLeaveNanos;

    Demand(Clock clock) {
        this.clock = clock;
    }

    synchronized void joined() {
        streams++;
    }

    synchronized void left() {
        streams--;
        lastLeaveNanos = clock.nanoTime();
        lastStreamLeaveNanos = lastLeaveNanos;
    }

    /** Adds a reader who is counted by another track. */
    synchronized void joinedBeside() {
        beside++;
    }

    synchronized void leftBeside() {
        beside--;
    }

    /** Returns true if anybody reads the track. */
    synchronized boolean wanted() {
        return streams + beside > 0 || !pictures.isEmpty();
    }

    /**
     * Adds a reader of a single picture.
     *
     * @param oldestNanos the earliest acceptable capture time, on the monotonic clock
     */
    synchronized void joinedForPicture(long oldestNanos) {
        pictures.add(oldestNanos);
    }

    /**
     * Removes a reader of a single picture.
     *
     * @param oldestNanos as given to {@link #joinedForPicture}
     */
    synchronized void leftWithPicture(long oldestNanos) {
        pictures.remove((Object) oldestNanos);
        lastLeaveNanos = clock.nanoTime();
    }

    /** Returns the number of viewers, each counted at one track only. */
    synchronized int all() {
        return streams + pictures.size();
    }

    synchronized int streams() {
        return streams;
    }

    synchronized int pictures() {
        return pictures.size();
    }

    /** Returns true if somebody waits for a picture captured at {@code nanos}. */
    synchronized boolean wantsPictureOf(long nanos) {
        return pictures.stream().anyMatch(oldest -> nanos - oldest >= 0);
    }

    synchronized long lastStreamLeaveNanos() {
        return lastStreamLeaveNanos;
    }

    synchronized long lastLeaveNanos() {
        return lastLeaveNanos;
    }
}
