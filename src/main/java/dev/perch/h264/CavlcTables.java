package dev.perch.h264;

/**
 * The variable-length codes of residual blocks (ITU-T H.264 §9.2) whose neighbours have no coefficients. Each code is its length and its bits.
 */
final class CavlcTables {
    /** Table 9-5 for {@code 0 <= nC < 2}: by total of coefficients and, of each, trailing ones. */
    private static final byte[] COEFF_TOKEN_LENGTH = {
        1, 0, 0, 0, 6, 2, 0, 0, 8, 6, 3, 0, 9, 8, 7, 5, 10, 9, 8, 6, 11, 10, 9, 7, 13, 11, 10, 8, 13, 13, 11, 9, 13, 13,
        13, 10, 14, 14, 13, 11, 14, 14, 14, 13, 15, 15, 14, 14, 15, 15, 15, 14, 16, 15, 15, 15, 16, 16, 16, 15, 16, 16,
        16, 16, 16, 16, 16, 16
    };

    private static final byte[] COEFF_TOKEN_BITS = {
        1, 0, 0, 0, 5, 1, 0, 0, 7, 4, 1, 0, 7, 6, 5, 3, 7, 6, 5, 3, 7, 6, 5, 4, 15, 6, 5, 4, 11, 14, 5, 4, 8, 10, 13, 4,
        15, 14, 9, 4, 11, 10, 13, 12, 15, 14, 9, 12, 11, 10, 13, 8, 15, 1, 9, 12, 11, 14, 13, 8, 7, 10, 9, 12, 4, 6, 5,
        8
    };

    /** Tables 9-7 and 9-8: by total of coefficients from 1, and zeros before the last of them. */
    private static final byte[][] TOTAL_ZEROS_LENGTH = {
        {1, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 9},
        {3, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 6, 6, 6, 6},
        {4, 3, 3, 3, 4, 4, 3, 3, 4, 5, 5, 6, 5, 6},
        {5, 3, 4, 4, 3, 3, 3, 4, 3, 4, 5, 5, 5},
        {4, 4, 4, 3, 3, 3, 3, 3, 4, 5, 4, 5},
        {6, 5, 3, 3, 3, 3, 3, 3, 4, 3, 6},
        {6, 5, 3, 3, 3, 2, 3, 4, 3, 6},
        {6, 4, 5, 3, 2, 2, 3, 3, 6},
        {6, 6, 4, 2, 2, 3, 2, 5},
        {5, 5, 3, 2, 2, 2, 4},
        {4, 4, 3, 3, 1, 3},
        {4, 4, 2, 1, 3},
        {3, 3, 1, 2},
        {2, 2, 1},
        {1, 1}
    };

    private static final byte[][] TOTAL_ZEROS_BITS = {
        {1, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 3, 2, 1},
        {7, 6, 5, 4, 3, 5, 4, 3, 2, 3, 2, 3, 2, 1, 0},
        {5, 7, 6, 5, 4, 3, 4, 3, 2, 3, 2, 1, 1, 0},
        {3, 7, 5, 4, 6, 5, 4, 3, 3, 2, 2, 1, 0},
        {5, 4, 3, 7, 6, 5, 4, 3, 2, 1, 1, 0},
        {1, 1, 7, 6, 5, 4, 3, 2, 1, 1, 0},
        {1, 1, 5, 4, 3, 3, 2, 1, 1, 0},
        {1, 1, 1, 3, 3, 2, 2, 1, 0},
        {1, 0, 1, 3, 2, 1, 1, 1},
        {1, 0, 1, 3, 2, 1, 1},
        {0, 1, 1, 2, 1, 3},
        {0, 1, 1, 1, 1},
        {0, 1, 1, 1},
        {0, 1, 1},
        {0, 1}
    };

    /** Table 9-10: by zeros left from 1, at most 7, and the run before a coefficient. */
    private static final byte[][] RUN_BEFORE_LENGTH = {
        {1, 1},
        {1, 2, 2},
        {2, 2, 2, 2},
        {2, 2, 2, 3, 3},
        {2, 2, 3, 3, 3, 3},
        {2, 3, 3, 3, 3, 3, 3},
        {3, 3, 3, 3, 3, 3, 3, 4, 5, 6, 7, 8, 9, 10, 11}
    };

    private static final byte[][] RUN_BEFORE_BITS = {
        {1, 0},
        {1, 1, 0},
        {3, 2, 1, 0},
        {3, 2, 1, 1, 0},
        {3, 2, 3, 2, 1, 0},
        {3, 0, 1, 3, 2, 5, 4},
        {7, 6, 5, 4, 3, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1}
    };

    private CavlcTables() {}

    static void coeffToken(NalWriter out, int total, int trailingOnes) {
        int index = 4 * total + trailingOnes;
        out.u(COEFF_TOKEN_LENGTH[index], COEFF_TOKEN_BITS[index]);
    }

    /**
     * Writes total_zeros.
     *
     * @param total the number of coefficients, 1 to 15
     */
    static void totalZeros(NalWriter out, int total, int zeros) {
        out.u(TOTAL_ZEROS_LENGTH[total - 1][zeros], TOTAL_ZEROS_BITS[total - 1][zeros]);
    }

    /**
     * Writes run_before.
     *
     * @param zerosLeft above 0
     */
    static void runBefore(NalWriter out, int zerosLeft, int run) {
        int row = Math.min(zerosLeft, RUN_BEFORE_BITS.length) - 1;
        out.u(RUN_BEFORE_LENGTH[row][run], RUN_BEFORE_BITS[row][run]);
    }
}
