package dev.perch.aac;

/** The sampling frequencies that have an index (ISO/IEC 14496-3:2009 Table 1.18). */
final class SamplingRates {
    /** The index that announces an explicit rate of 24 bits. */
    static final int EXPLICIT = 15;

    private static final int[] HZ = {
        96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350
    };

    private SamplingRates() {}

    /** Returns the rate in Hz of an index, 0 for a reserved one. */
    static int hz(int index) {
        return index < HZ.length ? HZ[index] : 0;
    }

    /** Returns the index of a rate, {@link #EXPLICIT} if it has none. */
    static int index(int hz) {
        for (int i = 0; i < HZ.length; i++) {
            if (HZ[i] == hz) {
                return i;
            }
        }
        return EXPLICIT;
    }
}
