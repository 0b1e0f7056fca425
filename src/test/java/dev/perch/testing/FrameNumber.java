package dev.perch.testing;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Reads the frame number from a picture of the demo, at any size: 20 lamps along the top edge, each in the middle of a cell 1/20 of the width wide and 1/12
 * of the height high, bit 0 at the left, lit is 1. Other test pictures have plain white and black cells there.
 */
public final class FrameNumber {
    private static final int CELLS = 20;
    private static final int CELL_ROWS = 12;
    private static final int THRESHOLD = 128;
    /** A cell whose samples lie nearer to the threshold than this is neither black nor white. */
    private static final int DOUBT = 40;
    /** Where in a cell to look, in parts of its width and height: away from edges that scaling and compression blur. */
    private static final double[] SAMPLES = {0.35, 0.5, 0.65};

    private FrameNumber() {}

    /** The picture's brightness, 0 to 255, at one place. */
    @FunctionalInterface
    private interface Grey {
        int at(int x, int y);
    }

    /** A picture without a legible number: says which cell is in doubt. */
    public static final class IllegibleException extends RuntimeException {
        IllegibleException(int cell, int darkest, int brightest) {
            super("a cell is neither black nor white: cell=" + cell + " darkest=" + darkest + " brightest="
                    + brightest);
        }
    }

    /**
     * The number in a picture that shows the demo and nothing else (of a screenshot, the caller cuts out the video).
     *
     * @throws IllegibleException when a cell is neither black nor white
     */
    public static int read(BufferedImage picture) {
        return read(picture.getWidth(), picture.getHeight(), (x, y) -> grey(picture.getRGB(x, y)));
    }

    /**
     * The number in a picture of grey pixels, or in the first plane of a planar Y'CbCr picture.
     *
     * @param pixels one byte a pixel, row by row without gaps, from {@code offset} on
     * @throws IllegibleException when a cell is neither black nor white
     */
    public static int read(byte[] pixels, int offset, int width, int height) {
        return read(width, height, (x, y) -> pixels[offset + y * width + x] & 0xff);
    }

    /** Reads the numbers of the grey pictures that stand one after the other in {@code pictures}. */
    public static List<Integer> all(byte[] pictures, int width, int height) {
        List<Integer> numbers = new ArrayList<>();
        for (int at = 0; at < pictures.length; at += width * height) {
            numbers.add(read(pictures, at, width, height));
        }
        return numbers;
    }

    /** Reads the numbers in what VLC writes: a line, then before each I420 picture the line FRAME. */
    public static List<Integer> allOfY4m(byte[] file, int width, int height) {
        int line = "FRAME\n".length();
        int picture = width * height * 3 / 2;
        int at = 0;
        while (file[at++] != '\n') {}
        List<Integer> numbers = new ArrayList<>();
        for (at += line; at + picture <= file.length; at += line + picture) {
            numbers.add(read(file, at, width, height));
        }
        return numbers;
    }

    /** As {@link #read(BufferedImage)}; empty when a cell is neither black nor white: not painted yet, or another picture. */
    public static OptionalInt find(BufferedImage picture) {
        try {
            return OptionalInt.of(read(picture));
        } catch (IllegibleException notThere) {
            return OptionalInt.empty();
        }
    }

    private static int read(int width, int height, Grey grey) {
        int number = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            number |= bit(cell, width, height, grey) << cell;
        }
        return number;
    }

    private static int bit(int cell, int width, int height, Grey grey) {
        int darkest = 255;
        int brightest = 0;
        for (double across : SAMPLES) {
            for (double down : SAMPLES) {
                int sample = grey.at((int) ((cell + across) * width / CELLS), (int) (down * height / CELL_ROWS));
                darkest = Math.min(darkest, sample);
                brightest = Math.max(brightest, sample);
            }
        }
        if (brightest > THRESHOLD - DOUBT && darkest < THRESHOLD + DOUBT) {
            throw new IllegibleException(cell, darkest, brightest);
        }
        return darkest > THRESHOLD ? 1 : 0;
    }

    private static int grey(int rgb) {
        return ((rgb >> 16 & 0xff) * 77 + (rgb >> 8 & 0xff) * 151 + (rgb & 0xff) * 28) >> 8;
    }
}
