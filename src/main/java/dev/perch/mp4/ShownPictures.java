package dev.perch.mp4;

/**
 * The pictures of a clip that are shown: from the one that is on display when the asked span begins, to the last one that begins within the span. Times are in ticks of 90 kHz. Not thread-safe.
 */
public final class ShownPictures {
    /** Spans are asked for in milliseconds: a picture that begins less than one before a moment, or behind it, begins at that moment. */
    private static final long TOLERANCE_MICROS = 1_000;

    private final long fromMicros;
    private final long toMicros;
    private boolean begun; // a picture was on display already
    private long fromTicks;
    private long firstEndTicks; // of the picture that is shown first
    private long endTicks;

    /**
     * @param fromMillis when the span begins
     * @param toMillis behind its end
     */
    public ShownPictures(long fromMillis, long toMillis) {
        this.fromMicros = fromMillis * 1000;
        this.toMicros = toMillis * 1000;
    }

    /**
     * Adds a picture of the clip, in any order.
     *
     * @param ticks when it is shown, from the first picture of the clip on
     * @param durationTicks for how long
     * @param micros when it is shown by the span's clock
     */
    public void add(long ticks, int durationTicks, long micros) {
        boolean before = micros <= fromMicros + TOLERANCE_MICROS;
        if (before && (!begun || ticks > fromTicks)) {
            begun = true;
            fromTicks = Math.max(0, ticks);
            firstEndTicks = ticks + durationTicks;
        }
        if (micros < toMicros - TOLERANCE_MICROS) {
            endTicks = Math.max(endTicks, ticks + durationTicks);
        }
    }

    /** Returns when the first picture that is shown begins. */
    public long fromTicks() {
        return fromTicks;
    }

    /** Returns how long all are shown together: one picture at least. */
    public long lengthTicks() {
        return Math.max(Math.max(endTicks, firstEndTicks) - fromTicks, 1);
    }
}
