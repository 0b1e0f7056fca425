package dev.perch.camera;

import dev.perch.config.SourceConfig;
import java.util.concurrent.ThreadLocalRandom;

/** The pauses between the tries of a source that fails. */
final class BackOff {
    /** A replugged USB camera is back within a second or two and is to be seen at once: a try is a thread and a system call. */
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

    /** A program that fails may do so after much work; what stays away should cost nothing. */
    private static final long[] NANOS = {
        500_000_000L, 1_000_000_000L, 1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L
    };

    /** Many cameras of the network shut out for half an hour who gives a wrong password several times in a few minutes. */
    private static final long REFUSED_NANOS = 60_000_000_000L;

    /** Many sources of one machine that was away come back one after the other. */
    private static final double MOST_JITTER = 0.25;

    private BackOff() {}

    /**
     * Returns the pause before the next try.
     *
     * @param attempts the number of failed tries before the last one
     * @param notPermitted whether the source has refused who asked
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
