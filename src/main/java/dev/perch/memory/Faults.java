package dev.perch.memory;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The last Error that a request or one of the program's loops has survived, most often an OutOfMemoryError. The program counts as unwell until
 * {@value #WELL_AFTER_SECONDS} s have passed without one. Safe from any thread.
 */
public final class Faults {
    static final int WELL_AFTER_SECONDS = 60;

    private record Fault(String where, String what, long atNanos) {}

    private volatile @Nullable Fault last; // written by whoever survives one, read by /healthz
    private volatile String lasting = ""; // written by whoever detects it, read by /healthz

    /**
     * Records {@code thrown} if it is an Error or was caused by one.
     *
     * @param where the activity that failed, for people: {@code a request}
     */
    public void tell(String where, Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 20; depth++) {
            if (cause instanceof Error error) {
                last = new Fault(where, error.getClass().getSimpleName(), System.nanoTime());
                return;
            }
            cause = cause.getCause();
        }
    }

    /** Sets a fault that lasts, as a sentence; an empty one clears it. */
    public void lasting(String sentence) {
        lasting = sentence;
    }

    /**
     * Returns why the program is unwell, as a sentence; empty if it is well.
     *
     * @param nowNanos the monotonic clock
     */
    public Optional<String> recent(long nowNanos) {
        String present = lasting;
        if (!present.isEmpty()) {
            return Optional.of(present);
        }
        Fault fault = last;
        long seconds = fault == null ? WELL_AFTER_SECONDS : (nowNanos - fault.atNanos()) / 1_000_000_000L;
        return fault == null || seconds >= WELL_AFTER_SECONDS
                ? Optional.empty()
                : Optional.of("An error (" + fault.what() + ") befell " + fault.where() + " " + seconds
                        + " s ago; the log has it.");
    }
}
