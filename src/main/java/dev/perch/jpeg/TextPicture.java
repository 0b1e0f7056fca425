package dev.perch.jpeg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** A picture of text on grey, as a JPEG image at 4:2:0. It needs neither fonts nor native code, so any machine can make it. */
public final class TextPicture {
    private static final int BACKGROUND = 48;
    private static final int INK = 235;

    private static final int LETTER_PIXELS = PixelFont.WIDTH + 1;
    private static final int LINE_PIXELS = PixelFont.HEIGHT + 3;

    /** The most letters of a line, so that they can be read from afar. */
    private static final int COLUMNS = 40;

    private final List<String> lines;
    private final int scale;
    private final int left;
    private final int top;

    private TextPicture(List<String> lines, int scale, int width, int height) {
        this.lines = lines;
        this.scale = scale;
        int longest = lines.stream().mapToInt(String::length).max().orElse(0);
        this.left = Math.max(0, (width - longest * LETTER_PIXELS * scale) / 2);
        this.top = Math.max(0, (height - lines.size() * LINE_PIXELS * scale) / 2);
    }

    /**
     * Returns a picture of text. Letters beyond ASCII lose their accents or become question marks.
     *
     * @param width in pixels, from 1 to 65535, like the height
     * @param paragraphs wrapped where they are too long; text without room at the end is left out
     * @return the image, position 0 to limit, the caller's
     */
    public static ByteBuffer jpeg(int width, int height, List<String> paragraphs) {
        if (width < 1 || height < 1 || width > 65535 || height > 65535) {
            throw new IllegalArgumentException("no size of a JPEG image: width=" + width + " height=" + height);
        }
        TextPicture text = fit(width, height, paragraphs);
        return BaselineWriter.write(width, height, text::luma);
    }

    /**
     * Returns the luma samples of such a picture, for other encoders.
     *
     * @param width in samples, like the height
     */
    public static IntBinaryOperator luma(int width, int height, List<String> paragraphs) {
        TextPicture text = fit(width, height, paragraphs);
        return text::luma;
    }

    /**
     * Returns a grey picture of these luma samples.
     *
     * @param luma by column and row, as {@link #luma} gives them
     */
    public static ByteBuffer jpeg(int width, int height, IntBinaryOperator luma) {
        return BaselineWriter.write(width, height, luma::applyAsInt);
    }

    private static TextPicture fit(int width, int height, List<String> paragraphs) {
        int scale = Math.max(1, width / (COLUMNS * LETTER_PIXELS));
        while (true) {
            List<String> lines = wrap(paragraphs, Math.max(1, width / (LETTER_PIXELS * scale) - 1));
            if (scale == 1 || lines.size() * LINE_PIXELS * scale <= height) {
                return new TextPicture(lines, scale, width, height);
            }
            scale--;
        }
    }

    private static List<String> wrap(List<String> paragraphs, int columns) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : paragraphs) {
            String rest = PixelFont.plain(paragraph).strip();
            while (rest.length() > columns) {
                int space = rest.lastIndexOf(' ', columns);
                int end = space > 0 ? space : columns; // a word longer than a line is cut
                lines.add(rest.substring(0, end).stripTrailing());
                rest = rest.substring(end).stripLeading();
            }
            lines.add(rest);
        }
        return lines;
    }

    private int luma(int x, int y) {
        if (x < left || y < top) {
            return BACKGROUND;
        }
        int row = (y - top) / scale;
        int line = row / LINE_PIXELS;
        if (line >= lines.size() || row % LINE_PIXELS >= PixelFont.HEIGHT) {
            return BACKGROUND;
        }
        int column = (x - left) / scale;
        int letter = column / LETTER_PIXELS;
        if (letter >= lines.get(line).length() || column % LETTER_PIXELS >= PixelFont.WIDTH) {
            return BACKGROUND;
        }
        boolean inked = PixelFont.inked(lines.get(line).charAt(letter), column % LETTER_PIXELS, row % LINE_PIXELS);
        return inked ? INK : BACKGROUND;
    }
}
