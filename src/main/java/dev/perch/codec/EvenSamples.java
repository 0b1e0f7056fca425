package dev.perch.codec;

import java.util.Arrays;

/**
 * Resamples a sound card's samples to even intervals on the monotonic clock, because the card's own clock runs up to a percent fast or slow. Each
 * output sample is interpolated between four input samples (a cubic Hermite spline), and the card's samples are read a little faster or slower so
 * that output stays within a few milliseconds of the capture times. A gap in the card's times is filled with zeros.
 *
 * <p>Used by one thread.
 */
final class EvenSamples {
    /** A distance that does not come from drift, but from samples that were lost or repeated. */
    static final double JUMP_SECONDS = 0.030;

    /** The part of the distance that is corrected per second. A card that is 0.1 % off stays 2 ms apart. */
    private static final double CORRECTION_PER_SECOND = 0.5;

    /** The largest correction: well above the error of cards (0.5 %), and hardly audible. */
    private static final double MOST_CORRECTION = 0.01;

    /** The time over which distances are averaged, because stamps vary by up to the card's period. */
    private static final double SMOOTHING_SECONDS = 0.2;

    private static final int HISTORY = 3; // frames before the current block that the spline reads

    private static final int OUT_BYTES = 4096;

    private final int rateHz;
    private final int channels;
    private final long originNanos;
    private final Output output;
    private final byte[] out = new byte[OUT_BYTES];
    private int outBytes;
    private short[] window = {}; // the history, then the current block
    private int windowFrames;
    private double position = HISTORY; // in the window, of the next output frame
    private long frames; // output frames so far
    private double distanceSeconds; // smoothed; positive if samples are captured later than their places
    private boolean begun;

    /** Receives the output samples. */
    interface Output {
        /**
         * Takes samples.
         *
         * @param pcm S16_LE, interleaved; valid during the call only
         */
        void samples(byte[] pcm, int bytes);
    }

    /**
     * Creates a resampler.
     *
     * @param originNanos the time of the first output frame
     */
    EvenSamples(int rateHz, int channels, long originNanos, Output output) {
        this.rateHz = rateHz;
        this.channels = channels;
        this.originNanos = originNanos;
        this.output = output;
    }

    /**
     * Returns how much later than its place the next sample was captured. Far beyond {@link #JUMP_SECONDS}, the caller should begin anew.
     */
    double jumpSeconds(long firstNanos) {
        return begun ? distance(firstNanos) : 0;
    }

    private double distance(long firstNanos) {
        double capturedNanos = firstNanos - originNanos + (position - HISTORY) * 1e9 / rateHz;
        return (capturedNanos - frames * 1e9 / rateHz) / 1e9;
    }

    /**
     * Takes the card's next samples.
     *
     * @param samples interleaved
     * @param firstNanos the capture time of the first frame
     */
    void take(short[] samples, int count, long firstNanos) {
        append(samples, count);
        double distance = distance(firstNanos);
        if (!begun || Math.abs(distance) > JUMP_SECONDS) {
            jump(distance);
        } else {
            double share = Math.min(1, count / (SMOOTHING_SECONDS * rateHz));
            distanceSeconds += (distance - distanceSeconds) * share;
        }
        double correction =
                Math.max(-MOST_CORRECTION, Math.min(MOST_CORRECTION, distanceSeconds * CORRECTION_PER_SECOND));
        double step = 1 - correction;
        // the spline needs two frames behind the place
        while (position < windowFrames - 2) {
            interpolate();
            position += step;
            frames++;
        }
        keepHistory();
        flush();
    }

    /** Moves to where the samples belong: inserts zeros for missing samples, drops samples that are too many. */
    private void jump(double seconds) {
        long missing = Math.round(seconds * rateHz);
        if (begun || missing > 0) {
            Arrays.fill(window, 0, HISTORY * channels, (short) 0);
        }
        for (long i = 0; i < missing * channels; i++) {
            put(0);
        }
        frames += Math.max(0, missing);
        position = HISTORY + Math.max(0, -missing);
        distanceSeconds = 0;
        begun = true;
    }

    private void put(int sample) {
        out[outBytes++] = (byte) sample;
        out[outBytes++] = (byte) (sample >> 8);
        if (outBytes == OUT_BYTES) {
            flush();
        }
    }

    private void flush() {
        if (outBytes > 0) {
            output.samples(out, outBytes);
            outBytes = 0;
        }
    }

    private void append(short[] samples, int count) {
        int needed = (HISTORY + count) * channels;
        if (window.length < needed) {
            short[] longer = new short[needed];
            System.arraycopy(window, 0, longer, 0, Math.min(window.length, HISTORY * channels));
            window = longer;
        }
        System.arraycopy(samples, 0, window, HISTORY * channels, count * channels);
        windowFrames = HISTORY + count;
    }

    private void keepHistory() {
        System.arraycopy(window, (windowFrames - HISTORY) * channels, window, 0, HISTORY * channels);
        position -= windowFrames - HISTORY;
    }

    /** Outputs one frame by a cubic Hermite spline with the slopes of Catmull and Rom. */
    private void interpolate() {
        int whole = (int) position;
        float part = (float) (position - whole);
        for (int channel = 0; channel < channels; channel++) {
            int at = whole * channels + channel;
            float before = window[at - channels];
            float from = window[at];
            float to = window[at + channels];
            float after = window[at + 2 * channels];
            float slope = (to - before) / 2;
            float curve = before - 2.5f * from + 2 * to - after / 2;
            float cube = (after - before) / 2 + 1.5f * (from - to);
            float value = ((cube * part + curve) * part + slope) * part + from;
            put(Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, Math.round(value))));
        }
    }
}
