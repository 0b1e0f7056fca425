package dev.perch.cmaf;

import dev.perch.media.FrameTime;

/**
 * The clock of sound. Its frames last as long as their samples, so durations cannot be corrected: when sound is too far from its true time, a silent
 * frame is added or a frame is left out.
 */
final class SoundClock implements TrackClock {
    private static final long NANOS = 1_000_000_000L;

    /** How far sound may be from its true time: sound 40 ms early begins to be noticed (ITU-R BT.1359). */
    private static final double MOST_ERROR_SECONDS = 0.030;

    /** The same in frames, if a frame is longer: adding or leaving out one corrects more than half a frame. */
    private static final double MOST_ERROR_FRAMES = 0.75;

    private final FrameTime origin;
    private final int sampleRateHz;
    private final int durationTicks;
    private final double mostErrorTicks;
    private boolean running;
    private long decodeTicks;
    private long nextTicks;

    /**
     * Creates the clock.
     *
     * @param origin the capture that has decode time 0
     * @param sampleRateHz of the sound as heard, which is its timescale
     */
    SoundClock(FrameTime origin, int sampleRateHz, int samplesPerFrame) {
        this.origin = origin;
        this.sampleRateHz = sampleRateHz;
        this.durationTicks = samplesPerFrame;
        this.mostErrorTicks = Math.max(MOST_ERROR_SECONDS * sampleRateHz, MOST_ERROR_FRAMES * samplesPerFrame);
    }

    @Override
    public boolean hole(FrameTime time) {
        return running && Math.abs(trueTicks(time) - nextTicks) > sampleRateHz;
    }

    @Override
    public void restart() {
        running = false;
    }

    @Override
    public void next(FrameTime time) {
        decodeTicks = running ? nextTicks : Math.max(trueTicks(time), nextTicks);
        nextTicks = decodeTicks + durationTicks;
        running = true;
    }

    /** Continues at {@code ticks} of the sound, or at the end of the last frame if that is later. */
    void begin(long ticks) {
        nextTicks = Math.max(ticks, nextTicks);
        running = true;
    }

    /** Lets no frame be earlier than {@code ticks} of the sound. */
    void passTo(long ticks) {
        nextTicks = Math.max(ticks, nextTicks);
    }

    /** Returns how far sound may be from its true time, in ticks of the sound. */
    double mostErrorTicks() {
        return mostErrorTicks;
    }

    /** Returns the place of the next frame, in ticks of the sound. */
    long nextTicks() {
        return nextTicks;
    }

    /** Returns the number of frames missing before a frame of {@code time}; 0 if that is near enough to its true time. */
    int missing(FrameTime time) {
        double error = trueTicks(time) - nextTicks;
        return running && error > mostErrorTicks ? (int) Math.round(error / durationTicks) : 0;
    }

    /** Returns whether other sound already has the place of a frame of {@code time}, which must be left out. */
    boolean surplus(FrameTime time) {
        return running && nextTicks - trueTicks(time) > mostErrorTicks;
    }

    /** Returns the true time of a capture, in ticks of the sound. */
    long trueTicks(FrameTime time) {
        long nanos = time.decodeNanos() - origin.decodeNanos();
        return nanos / NANOS * sampleRateHz + nanos % NANOS * sampleRateHz / NANOS; // no overflow in 32 years
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
        return durationTicks;
    }
}
