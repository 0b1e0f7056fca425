package dev.perch.source;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import java.util.function.BooleanSupplier;

/** Counts frames, and keeps their times rising where two parts of a stream overlap. */
final class SteadySink extends CountingSink {
    private static final long LEAST_NANOS = 1_000_000; // one tick of the stream's times

    private final BooleanSupplier publishes;
    private long lastNanos;
    private boolean begun;

    /**
     * Creates the sink.
     *
     * @param publishes whether a frame is wanted, asked when it is whole: one that was held back for its time may be unwanted by then
     */
    SteadySink(FrameSink sink, BooleanSupplier publishes) {
        super(sink);
        this.publishes = publishes;
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        if (!publishes.getAsBoolean()) {
            withdraw();
            return;
        }
        long atNanos =
                begun && time.decodeNanos() - lastNanos < LEAST_NANOS ? lastNanos + LEAST_NANOS : time.decodeNanos();
        begun = true;
        lastNanos = atNanos;
        super.publish(
                atNanos == time.decodeNanos()
                        ? time
                        : new FrameTime(
                                atNanos,
                                time.presentationOffsetNanos(),
                                time.presentationOrder(),
                                time.wallClockMicros()),
                key);
    }
}
