package dev.perch.progressive;

/**
 * How far apart frames stand in media time, from how far apart they arrived. Even arrivals stay as they are. Frames that arrive in bursts, or all
 * at once behind a stall, stand their mean interval apart: a late frame falls behind its true time, and those that catch up repay it, so that
 * the total is true. What nobody repays was an outage, and is cut out. One instance for one viewer; not thread-safe.
 */
final class Pace {
    /** A camera may slow down in the dark to a frame in some seconds; what is longer is an outage that nobody announced. */
    private static final long OUTAGE_NANOS = 10_000_000_000L;

    /** So many frames after a gap show whether those in it were held up or are lost; more where bursts hide it. */
    private static final int JUDGED_FRAMES = 16;

    private static final int JUDGED_UNEVEN_FRAMES = 64;

    /** Frames that catch up repay at least so many intervals meanwhile; jitter does not. */
    private static final int REPAID_INTERVALS = 4;

    /** So many frames, and the mean interval is that of the stream and no longer the nominal one. */
    private static final int KNOWN_FRAMES = 64;

    /** A nominal interval that is so many times the true one, or the other way round, was wrong. */
    private static final double WRONG = 1.5;

    private final Arrivals arrivals;
    private final LowWater lag = new LowWater();
    private long behindNanos; // how much later than in media time the last frame arrived
    private boolean starting = true; // until the first frame that is not part of the first burst
    private int firstBurst = 1; // its frames

    private long presumedNanos; // how long it was taken to be
    private long excessNanos; // how much too long
    private int known; // frames since

    private boolean behindGap; // whether the frame before came late
    private long gapNanos;
    private int judgedFrames; // until the gap is taken for an outage; 0 where it is a short one, or none
    private long repayableNanos;
    private double usualNanos; // what bursts repay in any case

    /** @param nominalNanos the interval that the stream states; it need not be true */
    Pace(long nominalNanos) {
        arrivals = new Arrivals(nominalNanos);
    }

    /** How long the last frame may last, as far as one knows before the next. */
    long likelyNanos() {
        return arrivals.likelyNanos();
    }

    /** The mean interval between frames. */
    long meanNanos() {
        return (long) arrivals.meanNanos();
    }

    /** The next frames stand a mean interval apart, also where they come nearly evenly: what is promised of the frames after them holds then. */
    void smoothen() {
        arrivals.smoothen();
    }

    /** Learns from a frame whose media time is told by something else. */
    void note(long elapsedNanos) {
        starting = false;
        arrivals.add(elapsedNanos);
    }

    /** The step to a frame behind an outage that is known. */
    long cut() {
        behindNanos = 0;
        judgedFrames = 0;
        behindGap = false;
        starting = false;
        return arrivals.likelyNanos();
    }

    /** The step to a frame that arrived {@code elapsedNanos} after the one before. */
    long step(long elapsedNanos) {
        if (elapsedNanos > OUTAGE_NANOS && arrivals.late(elapsedNanos)) {
            return cut();
        }
        if (starting && arrivals.early(elapsedNanos)) { // captured before it arrived, so that the first was too
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

    /** What the first burst, whose interval nobody knew, was given too much; taken back bit by bit once the interval is known. */
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

    /** The first frame behind a late one shows what that was: the first of a slower stream, one of many that are late, or late alone. */
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
            heldUp(); // bursts are further apart
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

    /** Each frame stands where it arrived, and what is left behind comes back unnoticed. */
    private long even(long elapsedNanos, long due) {
        long mean = (long) arrivals.meanNanos();
        return judgedFrames > 0
                ? Math.min(due, Math.max(elapsedNanos, mean))
                : elapsedNanos + Math.min(behindNanos, mean / 10);
    }

    /** A mean interval, and a little more where the ends of all bursts are behind their time. */
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
