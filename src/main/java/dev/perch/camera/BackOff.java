package dev.perch.camera;

import dev.perch.config.SourceConfig;
import java.util.concurrent.ThreadLocalRandom;

/** The pauses between attempts to start a source that fails. */
final class BackOff {
    /**
     * For devices: a replugged USB camera is back within a second or two and should show at once, and an attempt costs a thread and a system call.
     */
    private static final long[] DEVICE_NANOS = {
        250_000_000L,
        250_000_000L,
        250_000_000L,
        250_000_000L,
        500_000_000L,
        500_000_000L,
        500_000_000L,
        500_000_000L,
        1_000_000_000L,
        2_000_000_000L,
        5_000_000_000L,
        10_000_000_000L
    };

    /** For other sources: a program that fails may do so after much work, and a source that stays away should cost nothing. */
    private static final long[] NANOS = {
        500_000_000L, 1_000_000_000L, 1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L
    };

    /** After a refusal: many network cameras lock out for half an hour whoever sends a wrong password several times in a few minutes. */
    private static final long REFUSED_NANOS = 60_000_000_000L;

    /** The share by which pauses vary, so that many sources of one machine do not return all at once. */
    private static final double MOST_JITTER = 0.25;

    private BackOff() {}

    /**
     * Returns the pause before the next try.
     *
     * @param attempts the number of failed tries before the last one
     * @param notPermitted whether the source refused the credentials
     */
    static long nanos(SourceConfig source, int attempts, boolean notPermitted) {
        long[] pauses =
                source instanceof SourceConfig.Device || source instanceof SourceConfig.Card ? DEVICE_NANOS : NANOS;
        long nanos = pauses[Math.min(attempts, pauses.length - 1)];
        if (!(source instanceof SourceConfig.Url url) || !url.distant()) {
            return nanos;
        }
        long least = notPermitted ? Math.max(nanos, REFUSED_NANOS) : nanos;
        return least + (long) (least * ThreadLocalRandom.current().nextDouble(MOST_JITTER));
    }
}
