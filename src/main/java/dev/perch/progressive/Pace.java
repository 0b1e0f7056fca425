package dev.perch.progressive;

/**
 * Derives the distances of frames in media time from the distances of their arrivals. Even arrivals stay as they are. Frames that arrive in bursts,
 * or all at once after a stall, get their mean interval: a late frame falls behind its true time, and the frames that catch up make up for it, so
 * that the total is true. Time that no frame repays was an outage, and is cut out. One instance for one viewer; not thread-safe.
 */
final class Pace {
    /** The longest interval of a camera, which may slow down in the dark to a frame in some seconds. A longer one is an outage that nobody announced. */
    private static final long OUTAGE_NANOS = 10_000_000_000L;

    /** The number of frames after a gap that show whether its frames were held up or lost; more if bursts hide it. */
    private static final int JUDGED_FRAMES = 16;

    private static final int JUDGED_UNEVEN_FRAMES = 64;

    /** The least that frames repay when they catch up, in intervals; jitter repays less. */
    private static final int REPAID_INTERVALS = 4;

    /** The number of frames after which the mean interval is that of the stream and no longer the nominal one. */
    private static final int KNOWN_FRAMES = 64;

    /** The ratio, either way, of the nominal interval to the true one from which the nominal one was wrong. */
    private static final double WRONG = 1.5;

    private final Arrivals arrivals;
    private final LowWater lag = new LowWater();
    private long behindNanos; // the last frame's arrival less its media time
    private boolean starting = true; // until the first frame that is not part of the first burst
    private int firstBurst = 1; // the frames of the first burst

    private long presumedNanos; // the duration that the first burst was given
    private long excessNanos; // the part of it that was too much
    private int known; // the frames after the first burst

    private boolean behindGap; // true when the frame before came late
    private long gapNanos;
    private int judgedFrames; // frames until the gap is taken for an outage; 0 if it is short, or there is none
    private long repayableNanos;
    private double usualNanos; // the time that bursts repay in any case

    /**
     * Creates the pace of a stream.
     *
     * @param nominalNanos the interval that the stream states; it need not be true
     */
    Pace(long nominalNanos) {
        arrivals = new Arrivals(nominalNanos);
    }

    /** Returns the likely duration of the last frame, as far as it is known before the next one comes. */
    long likelyNanos() {
        return arrivals.likelyNanos();
    }

    /** Returns the mean interval between frames. */
    long meanNanos() {
        return (long) arrivals.meanNanos();
    }

    /** Puts the next frames a mean interval apart, even if they come nearly evenly, so that times promised for the frames after them hold. */
    void smoothen() {
        arrivals.smoothen();
    }

    /** Adds a frame whose media time is decided elsewhere. */
    void note(long elapsedNanos) {
        starting = false;
        arrivals.add(elapsedNanos);
    }

    /** Returns the step to a frame after a known outage. */
    long cut() {
        behindNanos = 0;
        judgedFrames = 0;
        behindGap = false;
        starting = false;
        return arrivals.likelyNanos();
    }

    /** Returns the step to a frame that arrived {@code elapsedNanos} after the one before. */
    long step(long elapsedNanos) {
        if (elapsedNanos > OUTAGE_NANOS && arrivals.late(elapsedNanos)) {
            return cut();
        }
        if (starting && arrivals.early(elapsedNanos)) { // captured well before it arrived, and so was the first
            firstBurst++;
            presumedNanos += arrivals.likelyNanos();
            return arrivals.likelyNanos();
        }
        if (starting && firstBurst > 1) {
            arrivals.addFirstBurst(firstBurst, elapsedNanos);
        }
        starting = false;
        long due = behindNanos + elapsedNanos;
        long step = behindGap ? behindGap(elapsedNanos, due) : usual(elapsedNanos, due);
        behindNanos = due - step;
        lag.add(behindNanos);
        judge();
        return step - excess(step);
    }

    /**
     * Returns the part of the first burst's excess to take back in this step. The interval was unknown during that burst; its excess is taken back
     * bit by bit once the interval is known.
     */
    private long excess(long step) {
        if (firstBurst > 1 && ++known >= KNOWN_FRAMES && (arrivals.measured() || known >= 3 * KNOWN_FRAMES)) {
            double trueNanos = (firstBurst - 1) * arrivals.meanNanos();
            boolean wrong = presumedNanos > WRONG * trueNanos || trueNanos > WRONG * presumedNanos;
            excessNanos = wrong ? presumedNanos - (long) trueNanos : 0;
            firstBurst = 1;
        }
        long some = Math.max(-step / 8, Math.min(step / 8, excessNanos));
        excessNanos -= some;
        return some;
    }

    /**
     * Returns the step to the first frame after a late one, which shows whether that was the first of a slower stream, one of many late ones, or a
     * single late one.
     */
    private long behindGap(long elapsedNanos, long due) {
        behindGap = false;
        if (arrivals.late(elapsedNanos) && elapsedNanos >= gapNanos / 2) {
            arrivals.change(elapsedNanos);
            judgedFrames = 0;
            return due;
        }
        boolean shortGap = judgedFrames == 0;
        boolean early = arrivals.early(elapsedNanos);
        if (shortGap && early) {
            arrivals.addStall(gapNanos);
        }
        if (shortGap && !early) {
            arrivals.add(elapsedNanos);
            return due;
        }
        return usual(elapsedNanos, due);
    }

    private long usual(long elapsedNanos, long due) {
        if (judgedFrames > 0 && !arrivals.even() && elapsedNanos >= gapNanos / 2) {
            heldUp(); // bursts have become further apart
        } else if (arrivals.missing(elapsedNanos)) {
            judgedFrames = arrivals.even() ? JUDGED_FRAMES : JUDGED_UNEVEN_FRAMES;
            usualNanos = arrivals.betweenBurstsNanos();
            return gap(elapsedNanos, due);
        } else if (arrivals.even() && arrivals.late(elapsedNanos)) {
            return gap(elapsedNanos, due);
        }
        arrivals.add(elapsedNanos);
        return arrivals.even() ? even(elapsedNanos, due) : spread(due);
    }

    private long gap(long elapsedNanos, long due) {
        long step = (long) arrivals.meanNanos();
        behindGap = true;
        gapNanos = elapsedNanos;
        repayableNanos = due - step;
        arrivals.addGap(elapsedNanos);
        return step;
    }

    /** Returns the step in even arrivals: each frame stands at its arrival, and time that is left behind is caught up unnoticeably. */
    private long even(long elapsedNanos, long due) {
        long mean = (long) arrivals.meanNanos();
        return judgedFrames > 0
                ? Math.min(due, Math.max(elapsedNanos, mean))
                : elapsedNanos + Math.min(behindNanos, mean / 10);
    }

    /** Returns the step in uneven arrivals: a mean interval, and a little more if the ends of all bursts are behind their time. */
    private long spread(long due) {
        double mean = arrivals.meanNanos();
        double mending = judgedFrames > 0 ? 0 : Math.min(mean / 2, lag.least() / 16.0);
        return Math.min(due, (long) (mean + mending));
    }

    private void judge() {
        if (behindGap || judgedFrames == 0) {
            return;
        }
        long repaidNanos = repayableNanos - behindNanos;
        if (repaidNanos >= REPAID_INTERVALS * arrivals.meanNanos() + usualNanos || behindNanos < repayableNanos / 4) {
            heldUp();
        } else if (--judgedFrames == 0) {
            behindNanos = Math.max(0, behindNanos - gapNanos);
            lag.clear();
        }
    }

    private void heldUp() {
        judgedFrames = 0;
        arrivals.addStall(gapNanos);
    }
}
