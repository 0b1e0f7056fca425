package dev.perch.progressive;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.feed.Frame;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;

/**
 * The place of one viewer's sound on the timeline of the pictures. Frames follow each other without a gap as long as that matches. Sound from time
 * that the pictures' timeline has cut out, or plays in fast motion, is left out.
 */
final class SoundTimeline {
    private static final long NANOS = 1_000_000_000L;

    /** The distance of picture and sound at which a frame is left out, or a hole is left: half of what people begin to notice. */
    private static final long TOLERANCE_NANOS = 20_000_000L;

    /**
     * A picture captured within this time determines the place of a sound; without one, the sound follows the sound before it, or waits.
     */
    static final long NEAR_NANOS = 1_000_000_000L;

    private final StreamConfig.Aac config;
    private final Timeline pictures;
    private final int sampleRateHz;
    private final int frameTicks;
    private final long frameNanos;
    private boolean begun;
    private long decodeTicks;
    private long nextTicks;
    private long endNanos; // of the last frame's capture

    SoundTimeline(StreamConfig.Aac config, Timeline pictures) {
        this.config = config;
        this.pictures = pictures;
        this.sampleRateHz = config.sampleRateHz();
        this.frameTicks = samplesPerFrame(config);
        this.frameNanos = frameTicks * NANOS / sampleRateHz;
    }

    private static int samplesPerFrame(StreamConfig.Aac config) {
        try {
            return AudioSpecificConfig.parse(config.audioSpecificConfig()).samplesPerFrame();
        } catch (MalformedBitstreamException unreadable) {
            throw new IllegalArgumentException("not a sound's configuration: config=" + config, unreadable);
        }
    }

    /** Returns whether {@code frame} is sent, and moves on to it if it is. */
    boolean admits(Frame frame) {
        long nanos = frame.time().decodeNanos();
        if (!frame.config().equals(config) || !pictures.settledAt(nanos)) {
            return false;
        }
        long trueTicks = ticks(pictures.nanosAt(nanos));
        long ahead = trueTicks - nextTicks;
        long tolerance = ticks(TOLERANCE_NANOS);
        boolean follows = begun && Math.abs(nanos - endNanos) < TOLERANCE_NANOS;
        boolean near = Math.abs(nanos - pictures.lastNanos()) < NEAR_NANOS;
        boolean over = near && (trueTicks < 0 || (begun && ahead < -tolerance)); // other sound has that place already
        if (over || (!near && !follows)) {
            return false;
        }
        decodeTicks = begun && (!near || ahead <= tolerance) ? nextTicks : trueTicks;
        nextTicks = decodeTicks + frameTicks;
        endNanos = nanos + frameNanos;
        begun = true;
        return true;
    }

    private long ticks(long nanos) {
        return nanos / NANOS * sampleRateHz + nanos % NANOS * sampleRateHz / NANOS;
    }

    /** Returns whether sound was captured in the last second before {@code nanos}: then time passed, whatever the pictures did. */
    boolean heardBefore(long nanos) {
        return begun && nanos - endNanos < NEAR_NANOS;
    }

    /** Returns the presentation time of the frame, in samples. */
    long decodeTicks() {
        return decodeTicks;
    }

    int timescaleHz() {
        return sampleRateHz;
    }

    /** Returns the number of samples in a frame. */
    int durationTicks() {
        return frameTicks;
    }
}
