package dev.perch.cmaf;

import dev.perch.media.FrameTime;

/**
 * The clock of pictures, in {@link Ticks}: each frame's duration is fixed when it comes, as the measured interval with a small correction, so that
 * nobody waits for the next frame and errors do not add up. After lost frames, the following ones last longer, part by part, until pictures are in
 * step with their sound again.
 */
final class PictureClock implements TrackClock {
    private static final long HOLE_TICKS = Ticks.HZ; // a second, whose correction would take half a minute

    /** How far a burst's frames may stand before their times, which those of the next burst reach. */
    private static final long BURST_TICKS = 3L * Ticks.HZ;

    private static final int MEASURED_FRAMES = 30;

    /** The share of an interval by which errors are corrected, within some frames: parts keep their durations. */
    private static final double MOST_MENDING = 0.03;

    private static final double MENDING = 1.0 / 8;

    /** Pictures further behind their times than this, because frames were lost, catch up: one frame fewer fills the same part. */
    private static final double MOST_LATE_INTERVALS = 1.25;

    private final FrameTime origin;
    private final double nominalTicks;
    private final Bursts bursts = new Bursts();
    private double intervalTicks;
    private double lastIntervalTicks; // uncorrected
    private double stretch = 1; // of the current part's frames
    private long lastTrueTicks;
    private int frames;
    private double firstTicks; // of the first frames, or of those behind a burst
    private int firstFrames;
    private double unheldTicks; // the interval before a pause among those, for what follows may be a burst
    private long decodeTicks;
    private long nextTicks;
    private int durationTicks;

    /**
     * Creates the clock.
     *
     * @param origin the capture that has decode time 0
     */
    PictureClock(FrameTime origin, long nominalNanos) {
        this.origin = origin;
        this.nominalTicks = Math.max(1, Ticks.of(nominalNanos));
        this.intervalTicks = nominalTicks;
    }

    @Override
    public boolean hole(FrameTime time) {
        long lateTicks = trueTicks(time) - nextTicks;
        long earlyTicks = bursts.recent() ? BURST_TICKS : HOLE_TICKS;
        return frames > 0 && (lateTicks > HOLE_TICKS || -lateTicks > earlyTicks);
    }

    @Override
    public void restart() {
        frames = 0;
        stretch = 1;
        intervalTicks = bursts.recent() ? nominalTicks : intervalTicks; // what was measured has led there
        bursts.forget();
    }

    @Override
    public void next(FrameTime time) {
        long trueTicks = trueTicks(time);
        if (frames == 0) {
            decodeTicks = Math.max(trueTicks, nextTicks);
            firstFrames = 0;
        } else {
            decodeTicks = nextTicks;
            measure(trueTicks);
        }
        frames++;
        lastTrueTicks = trueTicks;
        durationTicks = (int) Math.max(1, Math.round(stretch > 1 ? stretch * intervalTicks : mended(trueTicks)));
        nextTicks = decodeTicks + durationTicks;
    }

    private double mended(long trueTicks) {
        double most = MOST_MENDING * intervalTicks;
        return intervalTicks + Math.max(-most, Math.min(most, (trueTicks - decodeTicks) * MENDING));
    }

    /**
     * Begins a part, all of whose frames last alike.
     *
     * @param partTicks its approximate duration
     */
    void partBegins(long partTicks) {
        long count = Math.round(partTicks / intervalTicks);
        boolean late =
                !bursts.recent() && lastTrueTicks + intervalTicks - nextTicks > MOST_LATE_INTERVALS * intervalTicks;
        stretch = late && count > 1 ? (double) count / (count - 1) : 1;
    }

    private void measure(long trueTicks) {
        double interval = trueTicks - lastTrueTicks;
        double shorter =
                Math.min(interval, lastIntervalTicks); // one long interval means lost frames, two mean another rate
        lastIntervalTicks = interval;
        boolean beginning = firstFrames < MEASURED_FRAMES;
        bursts.add(interval, beginning ? Math.min(intervalTicks, nominalTicks) : intervalTicks);
        if (bursts.recent()) {
            intervalTicks = bursts.meanTicks(unheldTicks > 0 ? unheldTicks : intervalTicks);
            unheldTicks = 0;
            firstFrames = beginning && !bursts.measured() ? 0 : MEASURED_FRAMES;
        } else if (beginning) {
            unheldTicks = interval > Bursts.PAUSE * intervalTicks ? intervalTicks : 0;
            firstTicks = interval + (firstFrames == 0 ? 0 : firstTicks);
            firstFrames++;
            intervalTicks = Math.max(1, firstTicks / firstFrames);
        } else if (Math.abs(trueTicks - decodeTicks) > 1.5 * intervalTicks) {
            intervalTicks = Math.max(1, intervalTicks + (shorter - intervalTicks) / 8); // another rate
        } else {
            double step = Math.max(-intervalTicks / 4, Math.min(intervalTicks / 4, interval - intervalTicks));
            intervalTicks = Math.max(1, intervalTicks + step / 32);
        }
    }

    private long trueTicks(FrameTime time) {
        return Ticks.between(origin, time);
    }

    @Override
    public long decodeTicks() {
        return decodeTicks;
    }

    @Override
    public int durationTicks() {
        return durationTicks;
    }

    @Override
    public double intervalTicks() {
        return intervalTicks;
    }
}
