package dev.perch.camera;

import dev.perch.media.Clock;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** The failures in a row of one thing that is tried again, less and less often. Any thread. */
final class Setback {
    private static final System.Logger LOG = System.getLogger(Setback.class.getName());
    private static final long[] BACK_OFF_NANOS = {1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L};

    private final String what;
    private final Clock clock;
    private String sentence = ""; // guarded by this, as all below; empty when the last try has not failed
    private long retryAtNanos;
    private int attempts;
    private String logged = "";

    /** @param what the beginning of a line in the log: {@code camera front has no JPEG} */
    Setback(String what, Clock clock) {
        this.what = what;
        this.clock = clock;
    }

    /** It failed, for a reason; a repeating one is logged once until it changes. */
    synchronized void failed(String reason) {
        sentence = reason;
        retryAtNanos = clock.nanoTime() + BACK_OFF_NANOS[Math.min(attempts++, BACK_OFF_NANOS.length - 1)];
        if (!reason.equals(logged)) {
            logged = reason;
            LOG.log(Level.WARNING, "{0}: {1}", what, reason);
        }
    }

    /** It is tried again now. */
    synchronized void over() {
        sentence = "";
    }

    /** It works. */
    synchronized void succeeded() {
        attempts = 0;
        logged = "";
    }

    /** How long it is not tried yet; 0 when it can be. */
    synchronized long pauseNanos(long nowNanos) {
        return sentence.isEmpty() ? 0 : Math.max(0, retryAtNanos - nowNanos);
    }

    /** Why it is not tried now, a sentence; empty when it can be. */
    synchronized Optional<String> trouble() {
        return pauseNanos(clock.nanoTime()) > 0 ? Optional.of(sentence) : Optional.empty();
    }
}
