package dev.perch.testing;

import dev.perch.media.Orientation;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;

/** A picture with a colour in each corner: red, green, blue and yellow, from the upper left clockwise. The colours show the orientation. */
public final class Corners {
    private static final List<Color> CLOCKWISE = List.of(Color.RED, Color.GREEN, Color.BLUE, Color.YELLOW);

    private Corners() {}

    /** Paints the picture, each colour in its quarter. */
    public static BufferedImage paint(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D pen = image.createGraphics();
        for (int corner = 0; corner < 4; corner++) {
            boolean right = corner == 1 || corner == 2;
            pen.setColor(CLOCKWISE.get(corner));
            pen.fillRect(right ? width / 2 : 0, corner < 2 ? 0 : height / 2, width / 2, height / 2);
        }
        pen.dispose();
        return image;
    }

    /** Returns the colours of a picture from the upper left clockwise: {@code RGBY} if it is upright. */
    public static String seen(BufferedImage image) {
        int x = image.getWidth() / 8;
        int y = image.getHeight() / 8;
        int right = image.getWidth() - 1 - x;
        int bottom = image.getHeight() - 1 - y;
        return IntStream.of(
                        image.getRGB(x, y),
                        image.getRGB(right, y),
                        image.getRGB(right, bottom),
                        image.getRGB(x, bottom))
                .mapToObj(Corners::letter)
                .reduce("", String::concat);
    }

    /** Returns the colours of an upright picture after {@code turn}, by the definition of {@link Orientation}. */
    public static String expected(Orientation turn) {
        String clockwise = "RGBY";
        int from = (4 - turn.degrees() / 90) % 4;
        String turned = clockwise.substring(from) + clockwise.substring(0, from);
        return turn.mirrored()
                ? "" + turned.charAt(1) + turned.charAt(0) + turned.charAt(3) + turned.charAt(2)
                : turned;
    }

    /** Returns the letter of a colour. */
    public static String letter(int rgb) {
        boolean red = (rgb >> 16 & 0xff) > 127;
        boolean green = (rgb >> 8 & 0xff) > 127;
        boolean blue = (rgb & 0xff) > 127;
        return red && green ? "Y" : red ? "R" : green ? "G" : blue ? "B" : "-";
    }

    /** All eight orientations. */
    public static List<Orientation> orientations() {
        return IntStream.range(0, 8)
                .mapToObj(which -> new Orientation(which % 4 * 90, which >= 4))
                .toList();
    }
}
