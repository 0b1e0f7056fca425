package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples of a card whose clock is not the machine's, put at even intervals of the machine's. */
class EvenSamplesTest {
    private static final int RATE_HZ = 8_000;
    private static final int BLOCK_FRAMES = 160;
    private static final int HOUR_SECONDS = 3_600;
    private static final double TREMBLE_NANOS = 2_000_000;

    /** Finds where clicks come out, and counts what comes. */
    private static final class Clicks implements EvenSamples.Output {
        private static final int LOUD = 8_000;
        private final int rateHz;
        final List<Double> seconds = new ArrayList<>();
        long frames;
        private int quiet = 1 << 20;

        Clicks(int rateHz) {
            this.rateHz = rateHz;
        }

        @Override
        public void samples(byte[] pcm, int bytes) {
            for (int i = 0; i < bytes; i += 2) {
                int sample = (short) ((pcm[i] & 0xff) | (pcm[i + 1] << 8));
                if (Math.abs(sample) < LOUD) {
                    quiet++;
                } else {
                    if (quiet > rateHz / 10) {
                        seconds.add((double) frames / rateHz);
                    }
                    quiet = 0;
                }
                frames++;
            }
        }
    }

    /** A click of two milliseconds at each whole second of the machine's clock. */
    private static short clickAt(double seconds) {
        return seconds - Math.floor(seconds) < 0.002 ? (short) 20_000 : 0;
    }

    /** Fills {@code block} with the samples from {@code card} on; most of an hour is silence, which needs no calculation of each. */
    private static void fill(short[] block, long card, double cardHz) {
        double first = card / cardHz;
        double last = (card + block.length) / cardHz;
        if (first - Math.floor(first) >= 0.002 && Math.floor(first) == Math.floor(last)) {
            Arrays.fill(block, (short) 0);
            return;
        }
        for (int i = 0; i < block.length; i++) {
            block[i] = clickAt((card + i) / cardHz);
        }
    }

    /** An hour of a card that is 0.1 %, or 0.5 %, fast or slow: each click stays in its place, and no sample is missing at the end. */
    @ParameterizedTest
    @ValueSource(doubles = {1.001, 0.999, 1.005, 0.995, 1.0})
    void anHour_keepsEachClickInItsPlace(double ratio) {
        Clicks clicks = new Clicks(RATE_HZ);
        EvenSamples even = new EvenSamples(RATE_HZ, 1, 0, clicks);
        Random random = new Random(11);
        short[] block = new short[BLOCK_FRAMES];
        double cardHz = RATE_HZ * ratio;
        long card = 0;
        while (card / cardHz < HOUR_SECONDS) {
            double firstSeconds = card / cardHz;
            fill(block, card, cardHz);
            double tremble = TREMBLE_NANOS * (2 * random.nextDouble() - 1);
            even.take(block, BLOCK_FRAMES, Math.round(firstSeconds * 1e9 + tremble));
            card += BLOCK_FRAMES;
        }
        assertEquals(HOUR_SECONDS, (double) clicks.frames / RATE_HZ, 0.030, "as long as the machine's hour");
        assertTrue(clicks.seconds.size() >= HOUR_SECONDS - 1, "each second: " + clicks.seconds.size());
        double most = 0;
        for (int i = 1; i < clicks.seconds.size(); i++) {
            most = Math.max(most, Math.abs(clicks.seconds.get(i) - Math.rint(clicks.seconds.get(i))));
        }
        assertTrue(most < (Math.abs(ratio - 1) > 0.002 ? 0.016 : 0.006), "off by at most " + most + " s");
    }

    @Test
    void lostSamples_areZerosOfTheSameLength() {
        Clicks clicks = new Clicks(RATE_HZ);
        EvenSamples even = new EvenSamples(RATE_HZ, 1, 0, clicks);
        feed(even, 0, 2);
        feed(even, 2.76, 5);
        assertEquals(5, (double) clicks.frames / RATE_HZ, 0.001);
        assertEquals(
                List.of(0.0, 1.0, 3.0, 4.0),
                clicks.seconds.stream().map(Math::rint).toList());
        clicks.seconds.forEach(each -> assertEquals(Math.rint(each), each, 0.001));
    }

    /** Stamps that go back by a tenth of a second: what was played for that time already is not played again. */
    @Test
    void samplesThatComeTwice_areLeftOut() {
        Clicks clicks = new Clicks(RATE_HZ);
        EvenSamples even = new EvenSamples(RATE_HZ, 1, 0, clicks);
        feed(even, 0, 2.3);
        feed(even, 2.2, 4);
        assertEquals(4, (double) clicks.frames / RATE_HZ, 0.001);
        clicks.seconds.forEach(each -> assertEquals(Math.rint(each), each, 0.001));
    }

    @Test
    void firstSamplesBeforeTheOrigin_areLeftOut_andThoseAfterItWaitInZeros() {
        Clicks early = new Clicks(RATE_HZ);
        EvenSamples cut = new EvenSamples(RATE_HZ, 1, 500_000_000, early);
        feed(cut, 0.2, 2.2);
        assertEquals(1.7, (double) early.frames / RATE_HZ, 0.001);
        assertEquals(0.5, early.seconds.get(0), 0.001, "the click of second 1");
        Clicks late = new Clicks(RATE_HZ);
        EvenSamples padded = new EvenSamples(RATE_HZ, 1, 0, late);
        feed(padded, 0.2, 2.2);
        assertEquals(2.2, (double) late.frames / RATE_HZ, 0.001);
        assertEquals(1, late.seconds.get(0), 0.001);
    }

    /** A card that is exact goes through as it is, both channels apart. */
    @Test
    void exactCard_isNotChanged() {
        List<Integer> got = new ArrayList<>();
        EvenSamples even = new EvenSamples(RATE_HZ, 2, 0, (pcm, bytes) -> {
            for (int i = 0; i < bytes; i += 2) {
                got.add((int) (short) ((pcm[i] & 0xff) | (pcm[i + 1] << 8)));
            }
        });
        short[] block = new short[2 * BLOCK_FRAMES];
        for (int n = 0; n < 10; n++) {
            for (int i = 0; i < block.length; i += 2) {
                block[i] = (short) (n * BLOCK_FRAMES + i / 2);
                block[i + 1] = (short) -block[i];
            }
            even.take(block, BLOCK_FRAMES, 1_000_000_000L * n * BLOCK_FRAMES / RATE_HZ);
        }
        assertTrue(got.size() > 2 * 9 * BLOCK_FRAMES, "nearly all: " + got.size());
        for (int i = 0; i < got.size(); i += 2) {
            assertEquals(i / 2, got.get(i));
            assertEquals(-i / 2, got.get(i + 1));
        }
    }

    private static void feed(EvenSamples even, double fromSeconds, double toSeconds) {
        short[] block = new short[BLOCK_FRAMES];
        int blocks = (int) Math.round((toSeconds - fromSeconds) * RATE_HZ / BLOCK_FRAMES);
        for (int n = 0; n < blocks; n++) {
            double firstSeconds = fromSeconds + (double) n * BLOCK_FRAMES / RATE_HZ;
            for (int i = 0; i < BLOCK_FRAMES; i++) {
                block[i] = clickAt(firstSeconds + (double) i / RATE_HZ);
            }
            even.take(block, BLOCK_FRAMES, Math.round(firstSeconds * 1e9));
        }
    }
}
