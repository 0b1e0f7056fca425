package dev.perch.codec;

import java.util.Arrays;

/**
 * Makes samples at even intervals on the monotonic clock of those of a sound card, whose own clock runs up to a percent fast or slow. The distance between the
 * time at which a sample was captured and that of its place is kept at a few milliseconds, by reading the card's samples a little faster or slower: each sample
 * that goes out is interpolated between four that came in (a cubic Hermite spline). A gap in the card's times is filled with zeros.
 *
 * <p>Used by one thread.
 */
final class EvenSamples {
    /** A distance that no clock drifts to, but samples that were lost or came twice make. */
    static final double JUMP_SECONDS = 0.030;

    /** Part of the distance that is made up for in a second. A card that is 0.1 % off stays 2 ms apart by it. */
    private static final double CORRECTION_PER_SECOND = 0.5;

    /** Far above what cards are off by (0.5 %), and hardly heard. */
    private static final double MOST_CORRECTION = 0.01;

    /** The time over which distances are averaged: stamps tremble by up to the card's period. */
    private static final double SMOOTHING_SECONDS = 0.2;

    private static final int HISTORY = 3; // frames before the present block that the spline reads

    private static final int OUT_BYTES = 4096;

    private final int rateHz;
    private final int channels;
    private final long originNanos;
    private final Output output;
    private final byte[] out = new byte[OUT_BYTES];
    private int outBytes;
    private short[] window = {}; // the history, then the present block
    private int windowFrames;
    private double position = HISTORY; // in the window, of the frame that goes out next
    private long frames; // that went out
    private double distanceSeconds; // smoothed: above 0 where samples are captured later than their places
    private boolean begun;

    /** Takes the samples that are made. */
    interface Output {
        /**
         * Takes some.
         *
         * @param pcm S16_LE, interleaved; the callee does not keep it
         */
        void samples(byte[] pcm, int bytes);
    }

    /**
     * @param originNanos the time of the first frame that goes out
     */
    EvenSamples(int rateHz, int channels, long originNanos, Output output) {
        this.rateHz = rateHz;
        this.channels = channels;
        this.originNanos = originNanos;
        this.output = output;
    }

    /**
     * Returns how much later than its place the next sample was captured, were these samples taken next. Far beyond {@link #JUMP_SECONDS}, it is better to begin
     * anew.
     */
    double jumpSeconds(long firstNanos) {
        return begun ? distance(firstNanos) : 0;
    }

    private double distance(long firstNanos) {
        double capturedNanos = firstNanos - originNanos + (position - HISTORY) * 1e9 / rateHz;
        return (capturedNanos - frames * 1e9 / rateHz) / 1e9;
    }

    /**
     * Takes the next samples of the card.
     *
     * @param samples interleaved
     * @param firstNanos the time at which the first frame was captured
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

    /** Goes to where the samples belong: over zeros where some are missing, without some where they came before. */
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

    /** Puts out one frame: a cubic Hermite spline with the slopes of Catmull and Rom. */
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
