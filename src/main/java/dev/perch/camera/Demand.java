package dev.perch.camera;

import dev.perch.media.Clock;
import java.util.ArrayList;
import java.util.List;

/** Who wants one format of a camera: streams, and single pictures. Safe from any thread. */
final class Demand {
    private final Clock clock;
    private final List<Long> pictures = new ArrayList<>(); // for each that waits: how old it may be; guarded by this
    private int streams; // guarded by this
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

    /** @param oldestNanos the earliest time of capture, on the monotonic clock, that will do */
    synchronized void joinedForPicture(long oldestNanos) {
        pictures.add(oldestNanos);
    }

    /** @param oldestNanos as when it joined */
    synchronized void leftWithPicture(long oldestNanos) {
        pictures.remove((Object) oldestNanos);
        lastLeaveNanos = clock.nanoTime();
    }

    synchronized int all() {
        return streams + pictures.size();
    }

    synchronized int streams() {
        return streams;
    }

    synchronized int pictures() {
        return pictures.size();
    }

    /** Whether somebody waits for a picture that was captured at {@code nanos}. */
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
