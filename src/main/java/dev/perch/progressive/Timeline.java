package dev.perch.progressive;

import dev.perch.feed.Frame;
import dev.perch.feed.Viewer;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.InitSegment;

/**
 * One viewer's time: it starts at 0 and never steps back. A fragment's duration is the interval before it, mended by the next one's decode
 * time; the ring's backlog goes out in steps of 1 ms; a skip or an outage counts as one interval, for a browser would keep true time as
 * delay for good.
 */
final class Timeline {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    static final int BACKLOG_TICKS = InitSegment.TIMESCALE_HZ / 1000;

    /** A camera may slow down in the dark to a frame in some seconds; what is longer is an outage that nobody announced. */
    private static final long OUTAGE_NANOS = 10 * NANOS_PER_SECOND;

    private long decodeTicks;
    private int durationTicks;
    private long lastNanos;
    private long lastSequence = -1;
    private int intervalTicks;

    // what the division to ticks left over, so that hours of 33.333 ms do not drift
    private long remainder;

    /** Moves on to the frame that {@code viewer} holds. */
    void next(Viewer viewer) {
        Frame frame = viewer.frame();
        long nanos = frame.time().monotonicNanos();
        if (intervalTicks == 0) {
            long nominal = frame.config() instanceof StreamConfig.H264 config ? config.frameNanos() : 33_333_333;
            intervalTicks = (int) Math.max(1, nominal * InitSegment.TIMESCALE_HZ / NANOS_PER_SECOND);
        }
        boolean first = lastSequence < 0;
        if (!first) {
            decodeTicks += step(viewer, frame, nanos);
        }
        boolean moreBacklog = frame.sequence() < viewer.firstLive() - 1;
        durationTicks = moreBacklog ? BACKLOG_TICKS : intervalTicks;
        lastNanos = nanos;
        lastSequence = frame.sequence();
    }

    /** The frame once more, a millisecond later; what follows keeps its distance from the second. */
    void again() {
        decodeTicks += BACKLOG_TICKS;
    }

    private int step(Viewer viewer, Frame frame, long nanos) {
        long elapsed = nanos - lastNanos;
        if (lastSequence < viewer.firstLive() - 1) {
            return BACKLOG_TICKS;
        }
        if (viewer.jumped() || frame.afterGap() || elapsed > OUTAGE_NANOS) {
            return intervalTicks;
        }
        long scaled = Math.max(0, elapsed) * InitSegment.TIMESCALE_HZ + remainder;
        remainder = scaled % NANOS_PER_SECOND;
        intervalTicks = (int) Math.max(1, scaled / NANOS_PER_SECOND);
        return intervalTicks;
    }

    long decodeTicks() {
        return decodeTicks;
    }

    int durationTicks() {
        return durationTicks;
    }
}
