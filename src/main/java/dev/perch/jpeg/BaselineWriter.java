package dev.perch.jpeg;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes a baseline JPEG image (ITU-T T.81 (09/92) §F.1) of three components at 4:2:0 with grey chroma, the form that every reader of a camera's
 * stream accepts. It uses no native code, and no memory except for the image itself.
 */
final class BaselineWriter {
    /** Gives the luma of a pixel, which may lie up to 15 pixels beyond the picture's right and bottom edges. */
    interface Luma {
        int at(int x, int y);
    }

    private static final int BLOCK = 8;
    private static final int MCU = 2 * BLOCK;
    private static final int QUANTIZER = 8;
    private static final double[][] COSINES = cosines();

    /** The place in the block, row by row, of each coefficient in zig-zag order (figure A.6). */
    private static final int[] ZIGZAG = {
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14,
        21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60,
        61, 54, 47, 55, 62, 63
    };

    private final int width;
    private final int height;
    private final Luma luma;
    private final HuffmanCodes codes = HuffmanCodes.standard();
    private final double[] samples = new double[BLOCK * BLOCK];
    private final double[] half = new double[BLOCK * BLOCK];
    private final int[] coefficients = new int[BLOCK * BLOCK]; // in zig-zag order
    private byte[] out = new byte[8192];
    private int size;
    private int bits; // the bits not yet written as whole bytes: the low bitCount ones
    private int bitCount;
    private int lumaBefore;

    private BaselineWriter(int width, int height, Luma luma) {
        this.width = width;
        this.height = height;
        this.luma = luma;
    }

    /** Returns the image, position 0 to limit. */
    static ByteBuffer write(int width, int height, Luma luma) {
        BaselineWriter writer = new BaselineWriter(width, height, luma);
        writer.head();
        for (int y = 0; y < height; y += MCU) {
            for (int x = 0; x < width; x += MCU) {
                writer.mcu(x, y);
            }
        }
        writer.end();
        return ByteBuffer.wrap(writer.out, 0, writer.size).slice();
    }

    private void head() {
        shorts(0xffd8); // SOI
        shorts(0xffe0, 16, 0x4a46, 0x4946, 0x0001, 0x0100, 0x0001, 0x0001, 0x0000); // APP0: JFIF 1.1, square pixels
        shorts(0xffdb, 67); // DQT (§B.2.4.1): one table, the same for all components
        byteOf(0);
        for (int i = 0; i < BLOCK * BLOCK; i++) {
            byteOf(QUANTIZER);
        }
        shorts(0xffc0, 17); // SOF0 (§B.2.2): id, sampling factors and quantization table of each component
        byteOf(8);
        shorts(height, width);
        bytes(3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0);
        for (int i = 0; i < StandardTables.DHT.size(); i++) {
            byteOf(StandardTables.DHT.at(i));
        }
        shorts(0xffda, 12); // SOS (§B.2.3): id and Huffman tables of each component
        bytes(3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0);
    }

    /** Writes a minimum coded unit: four blocks of luma and one of each chroma (§A.2.3). */
    private void mcu(int x, int y) {
        lumaBlock(x, y);
        lumaBlock(x + BLOCK, y);
        lumaBlock(x, y + BLOCK);
        lumaBlock(x + BLOCK, y + BLOCK);
        for (int chroma = 0; chroma < 2; chroma++) {
            code(codes.chromaDc(0)); // no difference
            code(codes.chromaAc(0)); // end of block
        }
    }

    private void lumaBlock(int x, int y) {
        boolean flat = sample(x, y);
        Arrays.fill(coefficients, 0);
        if (flat) {
            coefficients[0] = (int) Math.round(BLOCK * samples[0] / QUANTIZER);
        } else {
            transform();
        }
        int difference = coefficients[0] - lumaBefore;
        lumaBefore = coefficients[0];
        int category = category(difference);
        code(codes.lumaDc(category));
        amplitude(difference, category);
        if (flat) {
            code(codes.lumaAc(0));
        } else {
            acCoefficients();
        }
    }

    private boolean sample(int x, int y) {
        boolean flat = true;
        for (int i = 0; i < samples.length; i++) {
            samples[i] = luma.at(x + i % BLOCK, y + i / BLOCK) - 128;
            flat &= samples[i] == samples[0];
        }
        return flat;
    }

    /** Transforms a block (§A.3.3), first by rows and then by columns, and quantizes it. */
    private void transform() {
        for (int y = 0; y < BLOCK; y++) {
            for (int u = 0; u < BLOCK; u++) {
                double sum = 0;
                for (int x = 0; x < BLOCK; x++) {
                    sum += samples[y * BLOCK + x] * COSINES[u][x];
                }
                half[y * BLOCK + u] = sum;
            }
        }
        for (int i = 0; i < ZIGZAG.length; i++) {
            int u = ZIGZAG[i] % BLOCK;
            int v = ZIGZAG[i] / BLOCK;
            double sum = 0;
            for (int y = 0; y < BLOCK; y++) {
                sum += half[y * BLOCK + u] * COSINES[v][y];
            }
            coefficients[i] = (int) Math.round(sum / QUANTIZER);
        }
    }

    private static double[][] cosines() {
        double[][] cosines = new double[BLOCK][BLOCK];
        for (int u = 0; u < BLOCK; u++) {
            for (int x = 0; x < BLOCK; x++) {
                double scale = u == 0 ? Math.sqrt(0.5) : 1;
                cosines[u][x] = scale / 2 * Math.cos((2 * x + 1) * u * Math.PI / 16);
            }
        }
        return cosines;
    }

    /** Writes the coefficients (§F.1.2.2), each as the number of zeros before it and its category. */
    private void acCoefficients() {
        int zeroes = 0;
        for (int i = 1; i < coefficients.length; i++) {
            if (coefficients[i] == 0) {
                zeroes++;
                continue;
            }
            for (; zeroes > 15; zeroes -= 16) {
                code(codes.lumaAc(0xf0));
            }
            int category = category(coefficients[i]);
            code(codes.lumaAc(zeroes << 4 | category));
            amplitude(coefficients[i], category);
            zeroes = 0;
        }
        if (zeroes > 0) {
            code(codes.lumaAc(0));
        }
    }

    private static int category(int value) {
        return 32 - Integer.numberOfLeadingZeros(Math.abs(value));
    }

    /** Writes the amplitude bits (table F.1): negative values count up from all zeros. */
    private void amplitude(int value, int category) {
        put(value < 0 ? value + (1 << category) - 1 : value, category);
    }

    private void code(int codeAndLength) {
        put(codeAndLength >>> 8, codeAndLength & 0xff);
    }

    private void put(int value, int count) {
        bits = bits << count | value;
        bitCount += count;
        while (bitCount >= 8) {
            bitCount -= 8;
            int whole = bits >>> bitCount & 0xff;
            byteOf(whole);
            if (whole == 0xff) {
                byteOf(0); // §F.1.2.3: no marker within the image
            }
        }
        bits &= (1 << bitCount) - 1;
    }

    private void end() {
        if (bitCount > 0) {
            put((1 << (8 - bitCount)) - 1, 8 - bitCount);
        }
        shorts(0xffd9); // EOI
    }

    private void shorts(int... values) {
        for (int value : values) {
            byteOf(value >>> 8);
            byteOf(value);
        }
    }

    private void bytes(int... values) {
        for (int value : values) {
            byteOf(value);
        }
    }

    private void byteOf(int value) {
        if (size == out.length) {
            out = Arrays.copyOf(out, 2 * size);
        }
        out[size++] = (byte) value;
    }
}
