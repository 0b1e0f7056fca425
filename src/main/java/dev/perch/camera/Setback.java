package dev.perch.camera;

import dev.perch.media.Clock;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** The failures in a row of something that is retried less and less often. Safe from any thread. */
final class Setback {
    private static final System.Logger LOG = System.getLogger(Setback.class.getName());
    private static final long[] BACK_OFF_NANOS = {1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L};

    private final String what;
    private final Clock clock;
    private String sentence = ""; // guarded by this, like all below; empty if the last attempt did not fail
    private long retryAtNanos;
    private int attempts;
    private String logged = "";

    /**
     * Creates a counter without failures.
     *
     * @param what the beginning of a log line: {@code camera front has no JPEG}
     */
    Setback(String what, Clock clock) {
        this.what = what;
        this.clock = clock;
    }

    /** Records a failure and logs its reason once until it changes. */
    synchronized void failed(String reason) {
        sentence = reason;
        retryAtNanos = clock.nanoTime() + BACK_OFF_NANOS[Math.min(attempts++, BACK_OFF_NANOS.length - 1)];
        if (!reason.equals(logged)) {
            logged = reason;
            LOG.log(Level.WARNING, "{0}: {1}", what, reason);
        }
    }

    /** Records that an attempt is made. */
    synchronized void over() {
        sentence = "";
    }

    /** Records that an attempt has worked. */
    synchronized void succeeded() {
        attempts = 0;
        logged = "";
    }

    /** Returns the time until the next attempt; 0 if it may be made now. */
    synchronized long pauseNanos(long nowNanos) {
        return sentence.isEmpty() ? 0 : Math.max(0, retryAtNanos - nowNanos);
    }

    /** Returns why no attempt is made now, as a sentence; empty if one may be made. */
    synchronized Optional<String> trouble() {
        return pauseNanos(clock.nanoTime()) > 0 ? Optional.of(sentence) : Optional.empty();
    }
}
