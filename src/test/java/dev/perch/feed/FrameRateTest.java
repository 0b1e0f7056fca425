package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FrameRateTest {
    private static final long SECOND = 1_000_000_000L;

    private final FrameRate rate = new FrameRate();

    @Test
    void fewerThanTwoFrames_haveNoRate() {
        assertEquals(0, rate.perSecond(0));
        rate.add(5);
        assertEquals(0, rate.perSecond(5));
    }

    @Test
    void steadyFrames_atAnyCount_giveTheirRate() {
        for (int i = 0; i < 1_000; i++) {
            rate.add(i * SECOND / 25);
            if (i > 0) {
                assertEquals(25, rate.perSecond(i * SECOND / 25), 0.001);
            }
        }
        rate.clear();
        assertEquals(0, rate.perSecond(0));
    }

    @Test
    void silence_isNoRate_exceptBetweenRareFrames() {
        rate.add(0);
        rate.add(SECOND / 25);
        assertEquals(25, rate.perSecond(2 * SECOND), 0.001);
        assertEquals(0, rate.perSecond(3 * SECOND));
        rate.clear();
        rate.add(0);
        rate.add(10 * SECOND);
        assertEquals(0.1, rate.perSecond(25 * SECOND), 0.001);
        assertEquals(0, rate.perSecond(41 * SECOND));
    }
}
