package dev.perch.h264;

/** The nominal interval between two frames, of what the stream states and what is known from elsewhere. */
final class FrameInterval {
    private static final long FASTEST_NANOS = 4_000_000; // 250 frames a second
    private static final long SLOWEST_NANOS = 1_000_000_000;
    private static final long SLOWEST_UNTOLD_NANOS = 60_000_000_000L;

    private FrameInterval() {}

    /**
     * Returns the VUI's interval where it is plausible and not twice the one that was told: some encoders write ticks of a frame where the standard has
     * ticks of a field.
     *
     * @param told whether {@code nominalNanos} was asked of the source or told beside the stream; of an untold one a picture a minute is believed, too
     */
    static long nanos(SequenceParameterSet set, long nominalNanos, boolean told) {
        long stated = set.frameNanos();
        boolean plausible = stated >= FASTEST_NANOS && stated <= (told ? SLOWEST_NANOS : SLOWEST_UNTOLD_NANOS);
        boolean doubled = told && Math.abs(stated - 2 * nominalNanos) < nominalNanos / 50;
        return plausible && !doubled ? stated : nominalNanos;
    }
}
