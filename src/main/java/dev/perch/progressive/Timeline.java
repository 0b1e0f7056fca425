package dev.perch.progressive;

import dev.perch.feed.Frame;
import dev.perch.feed.Viewer;
import dev.perch.media.StreamConfig;
import dev.perch.mp4.InitSegment;

/**
 * One viewer's time: it starts at 0 and never steps back. A fragment's duration is the interval before it, mended by the next one's decode
 * time; the ring's backlog goes out in steps of 1 ms; a skip, an outage or frames that the camera left out count as one interval, for a browser
 * would keep true time as delay for good.
 */
final class Timeline {
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    static final int BACKLOG_TICKS = InitSegment.TIMESCALE_HZ / 1000;

    /** A camera may slow down in the dark to a frame in some seconds; what is longer is an outage that nobody announced. */
    private static final long OUTAGE_NANOS = 10 * NANOS_PER_SECOND;

    /** Frames are missing where one comes so much later than usual; where the next one does so too, the camera has slowed down. */
    private static final long MISSING_NANOS = 300_000_000;

    private static final int MISSING_INTERVALS = 8;

    /**
     * Chromium starts its clock when it has decoded four frames, with one more in the decoder. These stand close together, so that the pictures after
     * them are not as late as the frames took to come.
     */
    private static final int PRE_ROLL_FRAMES = 5;

    /**
     * So much of a frame interval the pre-roll spans, with all of the backlog. With 0.5 the element runs empty in some starts, waits for another
     * four frames and stays 30 ms later; with more it is later by what is more.
     */
    private static final double PRE_ROLL_INTERVALS = 0.6;

    private boolean prompt; // until the pre-roll is over
    private int frames; // before this one
    private int backlogTicks = BACKLOG_TICKS; // less where the whole backlog belongs to the pre-roll
    private long decodeTicks;
    private int durationTicks;
    private long lastNanos;
    private long lastElapsedNanos;
    private long lastSequence = -1;
    private int intervalTicks;

    // what the division to ticks left over, so that hours of 33.333 ms do not drift
    private long remainder;

    /** @param prompt whether the player is Chromium's bare element, which keeps for good the time that its pre-roll spans */
    Timeline(boolean prompt) {
        this.prompt = prompt;
    }

    /** Moves on to the frame that {@code viewer} holds. */
    void next(Viewer viewer) {
        Frame frame = viewer.frame();
        long nanos = frame.time().monotonicNanos();
        if (intervalTicks == 0) {
            long nominal = frame.config() instanceof StreamConfig.H264 config ? config.frameNanos() : 33_333_333;
            intervalTicks = (int) Math.max(1, nominal * InitSegment.TIMESCALE_HZ / NANOS_PER_SECOND);
        }
        boolean first = lastSequence < 0;
        if (first && prompt) {
            long behind = Math.max(PRE_ROLL_FRAMES - 1, viewer.firstLive() - frame.sequence());
            backlogTicks = (int) Math.max(1, Math.min(BACKLOG_TICKS, preRollTicks() / behind));
        }
        if (!first) {
            decodeTicks += step(viewer, frame, nanos);
            frames++;
        }
        boolean moreBacklog = frame.sequence() < viewer.firstLive() - 1;
        durationTicks = moreBacklog ? backlogTicks : intervalTicks;
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
            return backlogTicks;
        }
        boolean missing = missing(elapsed);
        lastElapsedNanos = elapsed;
        if (viewer.jumped() || frame.afterGap() || missing || elapsed > OUTAGE_NANOS) {
            return intervalTicks;
        }
        long scaled = Math.max(0, elapsed) * InitSegment.TIMESCALE_HZ + remainder;
        remainder = scaled % NANOS_PER_SECOND;
        intervalTicks = (int) Math.max(1, scaled / NANOS_PER_SECOND);
        return prompt ? preRoll() : intervalTicks;
    }

    private int preRollTicks() {
        return (int) (PRE_ROLL_INTERVALS * intervalTicks);
    }

    private int preRoll() {
        int left = (int) Math.max(backlogTicks, preRollTicks() - decodeTicks);
        int steps = PRE_ROLL_FRAMES - 1 - frames;
        prompt = steps > 1;
        return left / Math.max(1, steps);
    }

    private boolean missing(long elapsedNanos) {
        long intervalNanos = intervalTicks * NANOS_PER_SECOND / InitSegment.TIMESCALE_HZ;
        return elapsedNanos > MISSING_NANOS
                && elapsedNanos > MISSING_INTERVALS * intervalNanos
                && elapsedNanos > 2 * lastElapsedNanos;
    }

    long decodeTicks() {
        return decodeTicks;
    }

    int durationTicks() {
        return durationTicks;
    }
}
