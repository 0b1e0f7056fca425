package dev.perch.source;

import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import java.util.concurrent.CountDownLatch;

/** Counts frames, and keeps their times rising: where two parts of a stream meet, its times may overlap. */
final class SteadySink extends CountingSink {
    private static final long LEAST_NANOS = 1_000_000; // one tick of what the stream's times are told in

    private final CountDownLatch stop;
    private long lastNanos;
    private boolean begun;

    /**
     * Makes a sink over another.
     *
     * @param stop open when no more frames are wanted: those that were held back for their time are not published then
     */
    SteadySink(FrameSink sink, CountDownLatch stop) {
        super(sink);
        this.stop = stop;
    }

    @Override
    public void publish(FrameTime time, boolean key) {
        if (stop.getCount() == 0) {
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
