package dev.perch.h264;

import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/** Writes Intra_16x16 macroblocks of 16 flat squares, and keeps what a decoder makes of them, from which the next ones are predicted. */
final class FlatMacroblocks {
    private static final int SIDE = 4; // squares a side
    private static final int SQUARES = SIDE * SIDE;

    /** Figure 8-8, zig-zag scan: the square of each coefficient, as row and column. */
    private static final int[] ZIG_ZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

    private static final int LEVEL_SCALE = 160; // 16 * normAdjust of QP % 6 == 0, §8.5.9

    private final int[][] below; // the lowest squares of the row above, by macroblock
    private final int[] right = new int[SIDE]; // the rightmost squares of the macroblock before
    private final int[] residual = new int[SQUARES];
    private final int[] levels = new int[SQUARES]; // in the order of the scan
    private final int[] coefficients = new int[SQUARES];

    FlatMacroblocks(int columns) {
        this.below = new int[columns][SIDE];
    }

    /** Writes macroblock_layer(), §7.3.5, of the next macroblock in raster order. */
    void write(NalWriter out, int column, int row, IntBinaryOperator luma) {
        int predicted = predict(column, row);
        for (int i = 0; i < SQUARES; i++) {
            int wanted = luma.applyAsInt(column * SIDE + i % SIDE, row * SIDE + i / SIDE);
            residual[i] = wanted - predicted;
        }
        quantize();
        out.ue(3).ue(0).se(0); // mb_type I_16x16_2_0_0: DC prediction; intra_chroma_pred_mode DC; mb_qp_delta
        writeResidual(out);
        reconstruct(column, predicted);
    }

    /** Returns the mean of the neighbours, §8.3.3.3. */
    private int predict(int column, int row) {
        int above = 4 * Arrays.stream(below[column]).sum();
        int before = 4 * Arrays.stream(right).sum();
        if (row > 0 && column > 0) {
            return (above + before + 16) >> 5;
        }
        return row > 0 ? (above + 8) >> 4 : column > 0 ? (before + 8) >> 4 : 128;
    }

    /**
     * Transforms the squares' values by Hadamard and quantizes them: the inverse of §8.5.6, where a decoder multiplies by 1.25 and sums 16 times as
     * much.
     */
    private void quantize() {
        hadamard(residual, coefficients);
        for (int i = 0; i < SQUARES; i++) {
            levels[i] = Math.round(coefficients[ZIG_ZAG[i]] / (16 * 1.25f));
        }
    }

    private static void hadamard(int[] from, int[] to) {
        int[] half = new int[SQUARES];
        for (int i = 0; i < SIDE; i++) {
            combine(from, i * SIDE, 1, half);
        }
        for (int i = 0; i < SIDE; i++) {
            combine(half, i, SIDE, to);
        }
    }

    private static void combine(int[] from, int first, int step, int[] to) {
        int a = from[first];
        int b = from[first + step];
        int c = from[first + 2 * step];
        int d = from[first + 3 * step];
        to[first] = a + b + c + d;
        to[first + step] = a + b - c - d;
        to[first + 2 * step] = a - b - c + d;
        to[first + 3 * step] = a - b + c - d;
    }

    /** Writes residual_block_cavlc() (§7.3.5.3.2) of the DC coefficients. No other coefficients exist, so nC is 0. */
    private void writeResidual(NalWriter out) {
        int total = 0;
        int last = -1;
        for (int i = 0; i < SQUARES; i++) {
            total += levels[i] == 0 ? 0 : 1;
            last = levels[i] == 0 ? last : i;
        }
        int ones = 0;
        for (int i = last; i >= 0 && ones < 3 && Math.abs(levels[i]) <= 1; i--) {
            ones += Math.abs(levels[i]);
        }
        CavlcTables.coeffToken(out, total, ones);
        if (total > 0) {
            writeLevels(out, last, total, ones);
            writeRuns(out, last, total);
        }
    }

    private void writeLevels(NalWriter out, int last, int total, int ones) {
        int suffixLength = total > 10 && ones < 3 ? 1 : 0;
        int written = 0;
        for (int i = last; i >= 0; i--) {
            int level = levels[i];
            if (level != 0 && written < ones) {
                out.u(1, level < 0 ? 1 : 0);
                written++;
            } else if (level != 0) {
                int code = level > 0 ? 2 * level - 2 : -2 * level - 1;
                writeLevel(out, written == ones && ones < 3 ? code - 2 : code, suffixLength);
                written++;
                suffixLength = Math.max(1, suffixLength);
                if (Math.abs(level) > 3 << (suffixLength - 1) && suffixLength < 6) {
                    suffixLength++;
                }
            }
        }
    }

    /** Writes level_prefix and level_suffix (§9.2.2.1). */
    private static void writeLevel(NalWriter out, int code, int suffixLength) {
        if (suffixLength == 0 && code >= 14 && code < 30) {
            out.u(15, 1).u(4, code - 14);
        } else if (suffixLength == 0 && code < 14) {
            out.u(code + 1, 1);
        } else if (suffixLength > 0 && code < 15 << suffixLength) {
            out.u((code >> suffixLength) + 1, 1).u(suffixLength, code);
        } else {
            out.u(16, 1).u(12, code - (suffixLength == 0 ? 30 : 15 << suffixLength));
        }
    }

    private void writeRuns(NalWriter out, int last, int total) {
        int zeros = last + 1 - total;
        if (total < SQUARES) {
            CavlcTables.totalZeros(out, total, zeros);
        }
        int left = total;
        for (int i = last; zeros > 0 && left > 1; left--) {
            int run = 0;
            while (levels[i - 1 - run] == 0) {
                run++;
            }
            CavlcTables.runBefore(out, zeros, run);
            zeros -= run;
            i -= 1 + run;
        }
    }

    /** Computes what a decoder shows: §8.5.10, then §8.5.12 for blocks with nothing but a DC coefficient. */
    private void reconstruct(int column, int predicted) {
        for (int i = 0; i < SQUARES; i++) {
            coefficients[ZIG_ZAG[i]] = levels[i];
        }
        hadamard(coefficients, residual);
        for (int i = 0; i < SQUARES; i++) {
            int dc = (residual[i] * LEVEL_SCALE + (1 << (5 - StillPicture.QP / 6))) >> (6 - StillPicture.QP / 6);
            int value = Math.max(0, Math.min(255, predicted + ((dc + 32) >> 6)));
            if (i / SIDE == SIDE - 1) {
                below[column][i % SIDE] = value;
            }
            if (i % SIDE == SIDE - 1) {
                right[i / SIDE] = value;
            }
        }
    }
}
