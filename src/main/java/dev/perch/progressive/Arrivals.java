package dev.perch.progressive;

/** What a stream's frames are like in their arrival: how far apart on average, and whether evenly. Not thread-safe. */
final class Arrivals {
    /** Frames may be missing where one comes later than this, and so many intervals later. */
    private static final long MISSING_NANOS = 300_000_000;

    private static final int MISSING_INTERVALS = 8;

    /** A frame that comes so many intervals late may have been held up; one or two less, and the camera left frames out. */
    private static final int LATE_INTERVALS = 4;

    /** Of an interval, what is less comes out of a burst or catches up. */
    private static final double EARLY = 0.25;

    /** So many frames after the last early one arrivals count as even again. */
    private static final int UNEVEN_FRAMES = 16;

    /** So many slow frames in a row, none early among them, are another rate. */
    private static final int SLOWER_FRAMES = 4;

    private static final double SLOWER = 1.5;

    /** The mean interval is over so many frames: several bursts of 30. */
    private static final int MEAN_FRAMES = 128;

    /** So many frames the nominal interval is worth. */
    private static final int NOMINAL_FRAMES = 4;

    /** How fast the longest interval of late is forgotten: by half in some 70 frames. */
    private static final double FORGETTING = 0.99;

    private double meanNanos;
    private int samples = NOMINAL_FRAMES;
    private long likelyNanos;
    private int unevenFrames; // until they count as even again
    private int slowFrames; // in a row
    private double longestNanos; // of late
    private long lastNanos;

    // since the last burst began, if there was one
    private boolean inBurst;
    private long burstNanos;
    private int burstFrames;

    // the same before the last gap
    private long heldNanos;
    private int heldFrames;

    Arrivals(long nominalNanos) {
        meanNanos = Math.max(1, nominalNanos);
        likelyNanos = (long) meanNanos;
    }

    /** The mean interval. */
    double meanNanos() {
        return meanNanos;
    }

    /** How long the last frame may last, as far as one knows before the next: as the one before, where arrivals are even. */
    long likelyNanos() {
        return likelyNanos;
    }

    /** The longest interval of late that bursts are apart; 0 where arrivals are even. */
    double betweenBurstsNanos() {
        return even() ? 0 : longestNanos;
    }

    boolean even() {
        return unevenFrames == 0;
    }

    /** Whether the mean interval has everything in it that came. */
    boolean measured() {
        return !inBurst;
    }

    boolean early(long elapsedNanos) {
        return elapsedNanos < EARLY * meanNanos;
    }

    boolean late(long elapsedNanos) {
        return elapsedNanos > LATE_INTERVALS * meanNanos;
    }

    /** Whether frames may be missing before this one, for it comes so much later than usual. */
    boolean missing(long elapsedNanos) {
        return elapsedNanos > MISSING_NANOS
                && elapsedNanos > MISSING_INTERVALS * meanNanos
                && elapsedNanos > 2 * (even() ? lastNanos : longestNanos);
    }

    /** Arrivals count as uneven for some frames. */
    void smoothen() {
        unevenFrames = UNEVEN_FRAMES;
    }

    /** A frame came as usual. */
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

    /** The stream began with {@code frames} at once, and then a pause. */
    void addFirstBurst(int frames, long pauseNanos) {
        average(pauseNanos, frames);
        longestNanos = pauseNanos;
        unevenFrames = UNEVEN_FRAMES;
        inBurst = true; // the pause is about to be counted once more
        burstNanos = -pauseNanos;
        burstFrames = -1;
    }

    /** A frame came late; whether that was a stall or an outage is not known yet, and nothing is learned of it. */
    void addGap(long elapsedNanos) {
        lastNanos = elapsedNanos;
        longestNanos = Math.max((double) elapsedNanos, longestNanos);
        heldNanos = burstNanos;
        heldFrames = burstFrames;
        endBurst();
        inBurst = true;
    }

    /** The gap was a stall: the time in it belongs to the frames behind it. */
    void addStall(long gapNanos) {
        average(heldNanos + gapNanos, heldFrames + 1);
    }

    /** Frames come at another rate from now on. */
    void change(long elapsedNanos) {
        meanNanos = Math.max(1, elapsedNanos);
        likelyNanos = elapsedNanos;
        lastNanos = elapsedNanos;
        samples = NOMINAL_FRAMES;
        unevenFrames = 0;
        slowFrames = 0;
        endBurst();
    }

    /** Of frames in bursts the mean is known from the beginning of one to the beginning of another. */
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
