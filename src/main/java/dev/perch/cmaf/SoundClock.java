package dev.perch.cmaf;

import dev.perch.media.FrameTime;

/**
 * The clock of sound, whose frames last as long as their samples: a source keeps its sound on the clock of its pictures, and nothing is mended here but
 * what is more than a second away.
 */
final class SoundClock implements TrackClock {
    private static final long NANOS = 1_000_000_000L;

    private final FrameTime origin;
    private final int sampleRateHz;
    private final int durationTicks;
    private boolean running;
    private long decodeTicks;
    private long nextTicks;

    /**
     * @param origin the capture that has decode time 0
     * @param sampleRateHz of the sound as heard, which is its timescale
     */
    SoundClock(FrameTime origin, int sampleRateHz, int samplesPerFrame) {
        this.origin = origin;
        this.sampleRateHz = sampleRateHz;
        this.durationTicks = samplesPerFrame;
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

    private long trueTicks(FrameTime time) {
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
