package dev.perch.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.List;

/** Finds the beeps of the demo in the output of a player: the places where a tone of 880 Hz begins. */
public final class Beeps {
    /** The sample rate of the sound that is searched. */
    public static final int RATE_HZ = 48_000;

    private static final double TONE_HZ = 880;
    private static final int WINDOW = RATE_HZ / 110; // eight periods of the tone
    private static final int STEP = RATE_HZ / 500;
    private static final double LEAST_TONE = 500; // of 32,767; the beep has 5,000

    private Beeps() {}

    /** Returns the start of each beep in seconds, accurate to 5 ms. */
    public static List<Double> of(byte[] signed16LittleEndianMono) {
        ShortBuffer samples = ByteBuffer.wrap(signed16LittleEndianMono)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asShortBuffer();
        List<Double> tones = new ArrayList<>();
        for (int at = 0; at + WINDOW <= samples.remaining(); at += STEP) {
            tones.add(tone(samples, at));
        }
        double threshold = Math.max(
                LEAST_TONE, tones.stream().mapToDouble(tone -> tone).max().orElse(0) / 2);
        List<Double> beeps = new ArrayList<>();
        for (int i = 1; i < tones.size(); i++) {
            boolean begins = tones.get(i) >= threshold && tones.get(i - 1) < threshold;
            double seconds = (i * STEP + WINDOW / 2.0) / RATE_HZ; // half of the window has the tone
            if (begins && (beeps.isEmpty() || seconds - beeps.get(beeps.size() - 1) > 0.3)) {
                beeps.add(seconds);
            }
        }
        return beeps;
    }

    private static double tone(ShortBuffer samples, int from) {
        double cosine = 0;
        double sine = 0;
        for (int i = 0; i < WINDOW; i++) {
            double angle = 2 * Math.PI * TONE_HZ * i / RATE_HZ;
            cosine += samples.get(from + i) * Math.cos(angle);
            sine += samples.get(from + i) * Math.sin(angle);
        }
        return 2 * Math.hypot(cosine, sine) / WINDOW;
    }
}
