package dev.perch.camera;

import dev.perch.media.Clock;
import java.util.ArrayList;
import java.util.List;

/** The demand for one track of a camera: streams, and single pictures. Safe from any thread. */
final class Demand {
    private final Clock clock;
    private final List<Long> pictures =
            new ArrayList<>(); // the oldest acceptable time of capture of each; guarded by this
    private int streams; // guarded by this, like the next
    private int beside; // viewers who are counted by the demand for another track
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

    /** A viewer of another track reads this one too. */
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

    /** @param oldestNanos the earliest acceptable time of capture, on the monotonic clock */
    synchronized void joinedForPicture(long oldestNanos) {
        pictures.add(oldestNanos);
    }

    /** @param oldestNanos as when it joined */
    synchronized void leftWithPicture(long oldestNanos) {
        pictures.remove((Object) oldestNanos);
        lastLeaveNanos = clock.nanoTime();
    }

    /** Returns the number of viewers, each counted once at its camera. */
    synchronized int all() {
        return streams + pictures.size();
    }

    synchronized int streams() {
        return streams;
    }

    synchronized int pictures() {
        return pictures.size();
    }

    /** Returns true if a picture that was captured at {@code nanos} is what somebody waits for. */
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
