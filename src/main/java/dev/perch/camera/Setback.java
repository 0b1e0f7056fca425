package dev.perch.camera;

import dev.perch.media.Clock;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** The failures in a row of something that is tried again less and less often. Safe from any thread. */
final class Setback {
    private static final System.Logger LOG = System.getLogger(Setback.class.getName());
    private static final long[] BACK_OFF_NANOS = {1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L};

    private final String what;
    private final Clock clock;
    private String sentence = ""; // guarded by this, as all below; empty if the last try has not failed
    private long retryAtNanos;
    private int attempts;
    private String logged = "";

    /** @param what the beginning of a line in the log: {@code camera front has no JPEG} */
    Setback(String what, Clock clock) {
        this.what = what;
        this.clock = clock;
    }

    /** Notes a failure. Logs its reason once until it changes. */
    synchronized void failed(String reason) {
        sentence = reason;
        retryAtNanos = clock.nanoTime() + BACK_OFF_NANOS[Math.min(attempts++, BACK_OFF_NANOS.length - 1)];
        if (!reason.equals(logged)) {
            logged = reason;
            LOG.log(Level.WARNING, "{0}: {1}", what, reason);
        }
    }

    /** Notes that it is tried again. */
    synchronized void over() {
        sentence = "";
    }

    /** Notes that it works. */
    synchronized void succeeded() {
        attempts = 0;
        logged = "";
    }

    /** Returns the time left until the next try; 0 if it can be tried. */
    synchronized long pauseNanos(long nowNanos) {
        return sentence.isEmpty() ? 0 : Math.max(0, retryAtNanos - nowNanos);
    }

    /** Returns why it is not tried now, as a sentence; empty if it can be. */
    synchronized Optional<String> trouble() {
        return pauseNanos(clock.nanoTime()) > 0 ? Optional.of(sentence) : Optional.empty();
    }
}
