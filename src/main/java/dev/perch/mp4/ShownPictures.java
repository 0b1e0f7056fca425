package dev.perch.mp4;

/**
 * The pictures of a clip that are shown: from the one on display when the requested span begins to the last one that begins within the span. Times
 * are in ticks of 90 kHz. Not thread-safe.
 */
public final class ShownPictures {
    /** Spans are given in milliseconds: a picture that begins within a millisecond of a moment begins at that moment. */
    private static final long TOLERANCE_MICROS = 1_000;

    private final long fromMicros;
    private final long toMicros;
    private boolean begun; // whether a picture was already on display
    private long fromTicks;
    private long firstEndTicks; // of the picture shown first
    private long endTicks;

    /**
     * Creates a collection without pictures.
     *
     * @param fromMillis the beginning of the span
     * @param toMillis its end, exclusive
     */
    public ShownPictures(long fromMillis, long toMillis) {
        this.fromMicros = fromMillis * 1000;
        this.toMicros = toMillis * 1000;
    }

    /**
     * Adds a picture of the clip, in any order.
     *
     * @param ticks its presentation time, from the clip's first picture on
     * @param durationTicks how long it is shown
     * @param micros its presentation time by the span's clock
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

    /** Returns when the first shown picture begins. */
    public long fromTicks() {
        return fromTicks;
    }

    /** Returns how long all shown pictures last together: one picture at least. */
    public long lengthTicks() {
        return Math.max(Math.max(endTicks, firstEndTicks) - fromTicks, 1);
    }
}
