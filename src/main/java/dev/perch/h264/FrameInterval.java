package dev.perch.h264;

/** Chooses the nominal interval between two frames from the stream's VUI and from what the source says. */
final class FrameInterval {
    private static final long FASTEST_NANOS = 4_000_000; // 250 frames a second
    private static final long SLOWEST_NANOS = 1_000_000_000;
    private static final long SLOWEST_UNTOLD_NANOS = 60_000_000_000L;

    private FrameInterval() {}

    /**
     * Returns the VUI's interval if it is plausible and not twice {@code nominalNanos}: some encoders write ticks of a frame where the standard has
     * ticks of a field. Otherwise returns {@code nominalNanos}.
     *
     * @param told whether {@code nominalNanos} was requested from the source or told beside the stream; if not, even a picture a minute is believed
     */
    static long nanos(SequenceParameterSet set, long nominalNanos, boolean told) {
        long stated = set.frameNanos();
        boolean plausible = stated >= FASTEST_NANOS && stated <= (told ? SLOWEST_NANOS : SLOWEST_UNTOLD_NANOS);
        boolean doubled = told && Math.abs(stated - 2 * nominalNanos) < nominalNanos / 50;
        return plausible && !doubled ? stated : nominalNanos;
    }
}
