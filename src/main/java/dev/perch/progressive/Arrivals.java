package dev.perch.progressive;

/** Measures the arrivals of a stream's frames: their mean distance, and whether they are even. Not thread-safe. */
final class Arrivals {
    /** Frames may be missing before one that comes later than this and later than {@link #MISSING_INTERVALS} intervals. */
    private static final long MISSING_NANOS = 300_000_000;

    private static final int MISSING_INTERVALS = 8;

    /** A frame that is so many intervals late may have been held up. If it is one or two intervals late, the camera left frames out. */
    private static final int LATE_INTERVALS = 4;

    /** The part of an interval below which a frame comes out of a burst or catches up. */
    private static final double EARLY = 0.25;

    /** The number of frames after the last early one after which arrivals count as even again. */
    private static final int UNEVEN_FRAMES = 16;

    /** The number of slow frames in a row, none of them early, that make another rate. */
    private static final int SLOWER_FRAMES = 4;

    private static final double SLOWER = 1.5;

    /** The number of frames that the mean interval covers: several bursts of 30. */
    private static final int MEAN_FRAMES = 128;

    /** The weight of the nominal interval, in frames. */
    private static final int NOMINAL_FRAMES = 4;

    /** The factor by which the longest recent interval shrinks with each frame: by half in some 70 frames. */
    private static final double FORGETTING = 0.99;

    private double meanNanos;
    private int samples = NOMINAL_FRAMES;
    private long likelyNanos;
    private int unevenFrames; // frames until arrivals count as even again
    private int slowFrames; // in a row
    private double longestNanos; // of the recent frames
    private long lastNanos;

    // since the last burst began, if there was one
    private boolean inBurst;
    private long burstNanos;
    private int burstFrames;

    // the same, before the last gap
    private long heldNanos;
    private int heldFrames;

    Arrivals(long nominalNanos) {
        meanNanos = Math.max(1, nominalNanos);
        likelyNanos = (long) meanNanos;
    }

    /** Returns the mean interval. */
    double meanNanos() {
        return meanNanos;
    }

    /** Returns the likely duration of the last frame, as far as it is known before the next one comes: that of the frame before, if arrivals are even. */
    long likelyNanos() {
        return likelyNanos;
    }

    /** Returns the longest recent interval between bursts; 0 if arrivals are even. */
    double betweenBurstsNanos() {
        return even() ? 0 : longestNanos;
    }

    boolean even() {
        return unevenFrames == 0;
    }

    /** Returns whether the mean interval includes all arrivals so far. */
    boolean measured() {
        return !inBurst;
    }

    boolean early(long elapsedNanos) {
        return elapsedNanos < EARLY * meanNanos;
    }

    boolean late(long elapsedNanos) {
        return elapsedNanos > LATE_INTERVALS * meanNanos;
    }

    /** Returns whether frames may be missing before this one, because it comes so much later than usual. */
    boolean missing(long elapsedNanos) {
        return elapsedNanos > MISSING_NANOS
                && elapsedNanos > MISSING_INTERVALS * meanNanos
                && elapsedNanos > 2 * (even() ? lastNanos : longestNanos);
    }

    /** Makes arrivals count as uneven for some frames. */
    void smoothen() {
        unevenFrames = UNEVEN_FRAMES;
    }

    /** Adds a frame that came as usual. */
    void add(long elapsedNanos) {
        slowFrames = elapsedNanos > SLOWER * meanNanos ? slowFrames + 1 : 0;
        unevenFrames = early(elapsedNanos) ? UNEVEN_FRAMES : Math.max(0, unevenFrames - 1);
        longestNanos = Math.max((double) elapsedNanos, longestNanos * FORGETTING);
        lastNanos = elapsedNanos;
        if (slowFrames == SLOWER_FRAMES) {
            change(elapsedNanos);
        } else {
            measure(elapsedNanos);
            likelyNanos = even() ? elapsedNanos : (long) meanNanos;
        }
    }

    /** Adds the beginning of a stream: {@code frames} at once, and then a pause. */
    void addFirstBurst(int frames, long pauseNanos) {
        average(pauseNanos, frames);
        longestNanos = pauseNanos;
        unevenFrames = UNEVEN_FRAMES;
        inBurst = true; // the pause is about to be counted once more
        burstNanos = -pauseNanos;
        burstFrames = -1;
    }

    /** Adds a frame that came late. Nothing is learned from it, because it is not known yet whether that was a stall or an outage. */
    void addGap(long elapsedNanos) {
        lastNanos = elapsedNanos;
        longestNanos = Math.max((double) elapsedNanos, longestNanos);
        heldNanos = burstNanos;
        heldFrames = burstFrames;
        endBurst();
        inBurst = true;
    }

    /** Adds a gap that was a stall: the time in it belongs to the frames after it. */
    void addStall(long gapNanos) {
        average(heldNanos + gapNanos, heldFrames + 1);
    }

    /** Restarts the measurement at another rate. */
    void change(long elapsedNanos) {
        meanNanos = Math.max(1, elapsedNanos);
        likelyNanos = elapsedNanos;
        lastNanos = elapsedNanos;
        samples = NOMINAL_FRAMES;
        unevenFrames = 0;
        slowFrames = 0;
        endBurst();
    }

    /** Measures an interval. In bursts, the mean is known from the beginning of one to the beginning of another. */
    private void measure(long elapsedNanos) {
        inBurst |= early(elapsedNanos);
        if (!inBurst) {
            average(elapsedNanos, 1);
            return;
        }
        burstNanos += elapsedNanos;
        burstFrames++;
        if (elapsedNanos > SLOWER * meanNanos || burstFrames >= MEAN_FRAMES || even()) {
            average(burstNanos, burstFrames);
            endBurst();
        }
    }

    private void endBurst() {
        inBurst = false;
        burstNanos = 0;
        burstFrames = 0;
    }

    private void average(long nanos, int frames) {
        samples = Math.min(MEAN_FRAMES, samples + frames);
        meanNanos = Math.max(1, meanNanos + (nanos - frames * meanNanos) / samples);
    }
}
