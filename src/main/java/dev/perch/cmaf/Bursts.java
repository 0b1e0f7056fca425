package dev.perch.cmaf;

/**
 * Frames that come several at a time, as a program gives them whose output is buffered, or behind a stall of what lies between: their distances tell no
 * rate; the time from the beginning of one burst to that of the next does. Not thread-safe.
 */
final class Bursts {
    /** The part of an interval below which a frame comes out of a burst. */
    private static final double EARLY = 0.25;

    /** The number of intervals from which a pause ends what is measured. */
    static final double PAUSE = 1.5;

    /** The number of frames after the last early one for which arrivals are not told to be even. */
    private static final int RECENT_FRAMES = 16;

    /** The most frames that a measurement covers. */
    private static final int MOST_FRAMES = 128;

    /** So many distances in a row that are alike, and no shorter than a camera's, are another rate and no burst. */
    private static final int ALIKE_FRAMES = 8;

    private static final int SHORTEST_TICKS = Ticks.HZ / 250;

    private int recentFrames;
    private int measures; // how many frames the mean is of
    private double pauseTicks; // the last distance, where that was one
    private boolean within;
    private boolean bounded; // a pause stood before the burst
    private double ticks; // since the burst began
    private int frames;
    private double alikeTicks;
    private int alikeFrames;
    private double lastTicks;
    private double measuredTicks; // of so many frames, for the mean; 0 frames: nothing new
    private int measuredFrames;

    /** Notes the distance of a frame from the one before. */
    void add(double distanceTicks, double intervalTicks) {
        boolean early = distanceTicks < EARLY * intervalTicks;
        measuredFrames = 0;
        if (early && !within) {
            within = true;
            bounded = pauseTicks > 0;
            ticks = pauseTicks;
            frames = bounded ? 1 : 0;
        }
        recentFrames = early ? RECENT_FRAMES : Math.max(0, recentFrames - 1);
        boolean pause = distanceTicks > PAUSE * intervalTicks;
        pauseTicks = pause && !within ? distanceTicks : 0;
        likeness(distanceTicks);
        if (within) {
            ticks += distanceTicks;
            frames++;
            if (pause || frames >= MOST_FRAMES || (bounded && recentFrames == 0)) {
                measured(ticks, frames);
            } else if (recentFrames == 0) {
                within = false; // the first burst of a stream: since when its frames were held up is not known
            } else if (early && alikeFrames >= ALIKE_FRAMES) {
                forget();
                measured(alikeTicks, alikeFrames);
            }
        }
        lastTicks = distanceTicks;
    }

    private void likeness(double distanceTicks) {
        boolean alike =
                distanceTicks >= SHORTEST_TICKS && distanceTicks > lastTicks / 2 && distanceTicks < lastTicks * 2;
        alikeFrames = alike ? Math.min(MOST_FRAMES, alikeFrames + 1) : 0;
        alikeTicks = alike ? alikeTicks + distanceTicks : 0;
    }

    private void measured(double sumTicks, int count) {
        within = false;
        measuredTicks = sumTicks;
        measuredFrames = count;
        measures = Math.min(MOST_FRAMES, measures + count);
    }

    /** Returns whether there is a mean yet. */
    boolean measured() {
        return measures > 0;
    }

    /** Returns whether frames came out of bursts just now. */
    boolean recent() {
        return recentFrames > 0 || within || measuredFrames > 0;
    }

    /** Returns the mean interval, of which the last one is {@code intervalTicks}. */
    double meanTicks(double intervalTicks) {
        if (measuredFrames == 0) {
            return intervalTicks;
        }
        double more = (measuredTicks - measuredFrames * intervalTicks) / measures;
        return Math.max(1, intervalTicks + more);
    }

    /** Begins anew, as behind an outage. */
    void forget() {
        recentFrames = 0;
        measures = 0;
        within = false;
        pauseTicks = 0;
    }
}
