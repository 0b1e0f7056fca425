package dev.perch.alsa;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The three layouts of struct timespec. */
class TimeSpecTest {
    private static final long NANOS = 7_000_000_000_123L;

    @Test
    void longOf64Bits() {
        TimeSpec spec = new TimeSpec(true);
        spec.cleared().putLong(0, 7_000).putLong(8, 123);
        assertEquals(NANOS, spec.nanos());
    }

    @Test
    void longOf32Bits_withItsOwnTime() {
        TimeSpec spec = new TimeSpec(false);
        spec.cleared().putInt(0, 7_000).putInt(4, 123);
        assertEquals(NANOS, spec.nanos());
    }

    @Test
    void longOf32Bits_withTimeOf64() {
        TimeSpec spec = new TimeSpec(false);
        spec.cleared().putLong(0, 7_000).putInt(8, 123);
        assertEquals(NANOS, spec.nanos());
        spec.cleared().putLong(0, 7_000).putInt(8, 0);
        assertEquals(7_000_000_000_000L, spec.nanos());
    }
}
