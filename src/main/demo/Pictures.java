import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes the loop's pictures to standard output: bgr24, 640x360, every {@code step}th of {@code frames}, each with its number in it twice. */
final class Pictures {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final int LAMPS = 20;
    private static final int FRAMES_PER_SECOND = 30;

    /** As long as a beep, and one more frame. */
    private static final int FLASH_FRAMES = 4;

    /** Each digit on a field of 4 by 6, in strokes: M moves, L draws a line, C a curve. */
    private static final String[] DIGITS = {
        "M2,0 C4,0 4,6 2,6 C0,6 0,0 2,0",
        "M0.8,1.2 L2.2,0 L2.2,6",
        "M0.4,1.4 C0.6,-0.6 3.8,-0.5 3.4,1.9 C3.2,3.1 1.6,4.2 0.4,6 L3.6,6",
        "M0.4,0.9 C1.2,-0.5 3.4,-0.2 3.3,1.5 C3.3,2.6 2.4,2.9 1.6,2.9 C2.8,2.9 3.6,3.5 3.5,4.5 C3.3,6.5 0.9,6.3 0.4,5.0",
        "M2.8,6 L2.8,0 L0.3,4.2 L3.8,4.2",
        "M3.4,0 L0.9,0 L0.7,2.6 C1.8,1.9 3.7,2.2 3.6,4.1 C3.5,6.4 1,6.4 0.4,5.2",
        "M3.1,0.1 C1.4,0.6 0.4,2.4 0.4,4.1 C0.4,6.6 3.6,6.6 3.6,4.1 C3.6,1.8 0.9,1.8 0.5,3.8",
        "M0.4,0 L3.6,0 L1.6,6",
        "M2,2.8 C0.1,2.8 0.1,0 2,0 C3.9,0 3.9,2.8 2,2.8 C-0.1,2.8 -0.1,6 2,6 C4.1,6 4.1,2.8 2,2.8",
        "M3.6,2.1 C3.2,4.2 0.4,4.2 0.4,1.9 C0.4,-0.6 3.6,-0.6 3.6,1.9 C3.6,3.6 2.7,5.4 1,5.9",
    };

    private Pictures() {}

    public static void main(String[] args) throws IOException {
        int frames = Integer.parseInt(args[0]);
        int step = Integer.parseInt(args[1]);
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_3BYTE_BGR);
        try (OutputStream out = new BufferedOutputStream(System.out, WIDTH * HEIGHT * 3)) {
            for (int number = 0; number < frames; number += step) {
                draw(image, number, frames);
                out.write(((DataBufferByte) image.getRaster().getDataBuffer()).getData());
            }
        }
    }

    private static void draw(BufferedImage image, int number, int frames) {
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        new Scene(g, (double) number / frames).draw();
        Scene.sign(g);
        Scene.lantern(g, number % FRAMES_PER_SECOND < FLASH_FRAMES);
        digits(g, number);
        lamps(g, number);
        g.dispose();
    }

    /** A lamp under the eaves for each bit, bit 0 at the left; it is alight where the bit is 1. */
    private static void lamps(Graphics2D g, int number) {
        Scene.eaves(g);
        for (int bit = 0; bit < LAMPS; bit++) {
            Scene.lamp(g, (bit + 0.5) * WIDTH / LAMPS, (number >> bit & 1) == 1);
        }
    }

    private static void digits(Graphics2D g, int number) {
        String text = String.format("%04d", number);
        g.setColor(new Color(0x2E2A44));
        g.setStroke(new BasicStroke(5, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        for (int i = 0; i < text.length(); i++) {
            g.draw(digit(text.charAt(i) - '0', 94 + 30 * i, 294));
        }
    }

    private static Path2D digit(int digit, double left, double top) {
        Path2D path = new Path2D.Double();
        String[] words = DIGITS[digit].split(" ");
        for (int i = 0; i < words.length; i++) {
            double[] p = new double[6];
            boolean curve = words[i].charAt(0) == 'C';
            for (int point = 0; point < (curve ? 3 : 1); point++) {
                String[] xy = (point == 0 ? words[i].substring(1) : words[i + point]).split(",");
                p[2 * point] = left + Double.parseDouble(xy[0]) * 4.6;
                p[2 * point + 1] = top + Double.parseDouble(xy[1]) * 4.4;
            }
            switch (words[i].charAt(0)) {
                case 'M' -> path.moveTo(p[0], p[1]);
                case 'L' -> path.lineTo(p[0], p[1]);
                default -> path.curveTo(p[0], p[1], p[2], p[3], p[4], p[5]);
            }
            i += curve ? 2 : 0;
        }
        return path;
    }
}
