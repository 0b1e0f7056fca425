import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;

/**
 * A small bird on a branch over an evening lake, drawn from {@code turn}: the place in the loop, 0 inclusive to 1 exclusive. Every motion
 * is a whole number of cycles of it, so the last picture runs into the first.
 */
final class Scene {
    private static final double WIDTH = 640;
    private static final double SHORE = 246;
    private static final Color SKY = new Color(0xF9C9A0);
    private static final Color[] HALO = {new Color(0xFBD5A9), new Color(0xFDE1B4), new Color(0xFEEEC6)};
    private static final Color SUN = new Color(0xFFF9E6);
    private static final Color CLOUD = new Color(0xFFEBD6);
    private static final Color FAR_HILLS = new Color(0xD99A8E);
    private static final Color NEAR_HILLS = new Color(0x9C6B80);
    private static final Color WATER = new Color(0x5F6A8C);
    private static final Color RIPPLE = new Color(0x7C86A6);
    private static final Color GLITTER = new Color(0xF6D5AE);
    private static final Color DARK = new Color(0x2E2A44);
    private static final Color LEAF = new Color(0x4E7A63);
    private static final Color BODY = new Color(0x2F7F8F);
    private static final Color WING = new Color(0x1F5F70);
    private static final Color BREAST = new Color(0xF28A4B);
    private static final Color CREAM = new Color(0xFFF3DF);
    private static final Color PLANK = new Color(0x8A5A44);
    private static final Color UNLIT = new Color(0x433B5A);
    private static final Color GLOW = new Color(0x8A6248);
    private static final Color LAMPLIGHT = new Color(0xFFF0C4);

    private final Graphics2D g;
    private final double turn;

    Scene(Graphics2D g, double turn) {
        this.g = g;
        this.turn = turn;
    }

    void draw() {
        sky();
        hills();
        lake();
        fish();
        flock();
        branch();
        bird();
        reeds();
    }

    /** A swing between -1 and 1, {@code cycles} times a loop, {@code phase} of a cycle ahead. */
    private double swing(int cycles, double phase) {
        return Math.sin(2 * Math.PI * (turn * cycles + phase));
    }

    /** 0 outside the part of the loop from {@code from} on that lasts {@code length}; inside, how far it is, 0 to 1. */
    private double during(double from, double length) {
        double since = turn - from;
        return since > 0 && since < length ? since / length : 0;
    }

    private void sky() {
        fill(SKY, new Rectangle2D.Double(0, 30, WIDTH, SHORE - 30));
        double breath = 3 * swing(4, 0);
        for (int i = 0; i < HALO.length; i++) {
            fill(HALO[i], circle(438, 214, 172 - 44 * i + breath * (HALO.length - i) / HALO.length));
        }
        fill(SUN, circle(438, 214, 46));
        cloud(turn, 70, 1.0);
        cloud(turn + 0.36, 104, 0.7);
        cloud(turn + 0.68, 58, 0.8);
    }

    private void cloud(double place, double y, double size) {
        double x = (place - Math.floor(place)) * (WIDTH + 220) - 110;
        Area cloud = new Area(new RoundRectangle2D.Double(x - 70 * size, y, 140 * size, 26 * size, 26 * size, 26 * size));
        cloud.add(new Area(circle(x - 18 * size, y + 4 * size, 24 * size)));
        cloud.add(new Area(circle(x + 22 * size, y + 6 * size, 18 * size)));
        cloud.subtract(new Area(new Rectangle2D.Double(x - 100, y + 26 * size, 200, 40)));
        fill(CLOUD, cloud);
    }

    private void hills() {
        Path2D far = new Path2D.Double();
        far.moveTo(0, SHORE);
        far.lineTo(0, 196);
        far.curveTo(90, 160, 150, 170, 230, 212);
        far.curveTo(300, 190, 350, 190, 400, 224);
        far.curveTo(480, 200, 560, 150, 640, 178);
        far.lineTo(640, SHORE);
        fill(FAR_HILLS, far);
        Path2D near = new Path2D.Double();
        near.moveTo(0, SHORE);
        near.lineTo(0, 224);
        near.curveTo(80, 206, 160, 226, 250, 242);
        near.curveTo(300, 248, 500, 250, 540, 238);
        near.curveTo(580, 224, 610, 212, 640, 210);
        near.lineTo(640, SHORE);
        fill(NEAR_HILLS, near);
    }

    private void lake() {
        fill(WATER, new Rectangle2D.Double(0, SHORE, WIDTH, 360 - SHORE));
        for (int i = 0; i < 7; i++) {
            double half = 46 - 4 * i + 8 * swing(8 + i % 3, i * 0.29);
            wave(GLITTER, 438 + 5 * swing(6, i * 0.17), SHORE + 8 + 13 * i, half, 4.5);
        }
        for (int i = 0; i < 9; i++) {
            double x = 40 + (i * 233) % 600;
            wave(RIPPLE, x + 12 * swing(4, i * 0.31), SHORE + 14 + (i * 41) % 92, 18 + 8 * swing(6, i * 0.21), 3);
        }
    }

    private void wave(Color color, double x, double y, double half, double thickness) {
        stroke(color, thickness, new Line2D.Double(x - half, y, x + half, y));
    }

    /** The other perch leaps once a loop and leaves rings behind. */
    private void fish() {
        double leap = during(0.55, 0.045);
        Shape clip = g.getClip();
        g.setClip(new Rectangle2D.Double(0, 0, WIDTH, 304));
        if (leap > 0) {
            AffineTransform upright = g.getTransform();
            g.translate(492 + 84 * leap, 310 - 236 * leap * (1 - leap));
            g.rotate(Math.atan2(-236 * (1 - 2 * leap), 84) * 0.8);
            Path2D tail = new Path2D.Double();
            tail.moveTo(-12, 0);
            tail.lineTo(-26, -10);
            tail.lineTo(-22, 0);
            tail.lineTo(-26, 10);
            tail.closePath();
            fill(BREAST, tail);
            fill(LEAF, new Ellipse2D.Double(-17, -9, 36, 18));
            for (int x = -8; x <= 4; x += 6) {
                stroke(DARK, 2.2, new Line2D.Double(x, -6.5, x, 1.5));
            }
            fill(CREAM, circle(13, -2, 3));
            fill(DARK, circle(13.5, -2, 1.6));
            g.setTransform(upright);
        }
        g.setClip(clip);
        rings(494, during(0.553, 0.11));
        rings(574, during(0.592, 0.11));
    }

    private void rings(double x, double age) {
        for (double ring : age > 0 ? new double[] {age, age - 0.2} : new double[0]) {
            if (ring > 0) {
                double r = 6 + 44 * ring;
                stroke(CREAM, 2.6 * (1 - age), new Ellipse2D.Double(x - r, 306 - r * 0.2, 2 * r, 0.4 * r));
            }
        }
    }

    /** Three birds far away cross the sky once a loop. */
    private void flock() {
        double far = during(0.40, 0.34);
        for (int i = 0; i < 3 && far > 0; i++) {
            double x = 690 - 800 * far + 30 * i;
            double y = 116 - 36 * far + 13 * (i % 2) + 3 * swing(16, i * 0.2);
            double flap = 5 + 4.5 * swing(40, i * 0.3);
            Path2D wings = new Path2D.Double();
            wings.moveTo(x - 11, y - flap);
            wings.quadTo(x - 4, y - flap * 0.8, x, y);
            wings.quadTo(x + 4, y - flap * 0.8, x + 11, y - flap);
            stroke(NEAR_HILLS, 2.6, wings);
        }
    }

    private void branch() {
        Path2D wood = new Path2D.Double();
        wood.moveTo(0, 232);
        wood.curveTo(90, 216, 190, 236, 356, 206);
        wood.curveTo(358, 208, 358, 211, 354, 212);
        wood.curveTo(200, 250, 100, 236, 0, 262);
        fill(DARK, wood);
        stroke(DARK, 6, new Line2D.Double(284, 222, 326, 176));
        leaf(326, 176, -0.9 + 0.10 * swing(8, 0), 1);
        leaf(318, 184, 0.35 + 0.12 * swing(8, 0.2), 0.8);
        leaf(355, 209, -0.25 + 0.10 * swing(8, 0.4), 1);
        leaf(352, 210, 0.75 + 0.12 * swing(8, 0.6), 0.85);
        leaf(64, 230, -0.7 + 0.08 * swing(8, 0.1), 1.1);
        leaf(52, 244, 1.0 + 0.08 * swing(8, 0.8), 0.9);
    }

    private void leaf(double x, double y, double angle, double size) {
        Path2D leaf = new Path2D.Double();
        leaf.moveTo(0, 0);
        leaf.quadTo(16, -15, 38, 0);
        leaf.quadTo(16, 13, 0, 0);
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.rotate(angle);
        place.scale(size, size);
        fill(LEAF, leaf.createTransformedShape(place));
    }

    /** Breathes, looks about, blinks, and sings twice a loop. */
    private void bird() {
        AffineTransform upright = g.getTransform();
        double song = Math.max(during(0.24, 0.09), during(0.76, 0.09));
        double breath = 1.3 * swing(16, 0);
        double look = Math.tanh(6 * swing(2, 0.1));
        g.translate(196, 226);
        stroke(DARK, 3.5, new Line2D.Double(-6, -14, -6, 4));
        stroke(DARK, 3.5, new Line2D.Double(12, -14, 12, 4));
        g.rotate(0.03 * swing(4, 0.3));
        Path2D tail = new Path2D.Double();
        tail.moveTo(-34, -40);
        tail.lineTo(-96, 2 + 4 * swing(8, 0.25));
        tail.lineTo(-80, 12 + 4 * swing(8, 0.25));
        tail.lineTo(-20, -16);
        fill(WING, tail);
        fill(BODY, new Ellipse2D.Double(-48, -80 - breath, 98, 72 + breath));
        Area breast = new Area(new Ellipse2D.Double(-2, -72 - breath, 62, 66 + breath));
        breast.intersect(new Area(new Ellipse2D.Double(-48, -80 - breath, 98, 72 + breath)));
        fill(BREAST, breast);
        head(look, song, breath);
        AffineTransform body = g.getTransform();
        g.rotate(0.05 * swing(16, 0.1), 0, -60);
        Path2D wing = new Path2D.Double();
        wing.moveTo(6, -62);
        wing.curveTo(-2, -20, -34, -14, -62, -14);
        wing.curveTo(-46, -34, -50, -66, 6, -62);
        fill(WING, wing);
        g.setTransform(body);
        g.setTransform(upright);
        notes(song);
    }

    private void head(double look, double song, double breath) {
        double x = 26 + 5 * look;
        double y = -88 - breath - 4 * Math.sin(Math.PI * song);
        double gape = song > 0 ? 4 + 4 * Math.sin(song * Math.PI * 14) : 0;
        Path2D upper = triangle(x + 26, y - 9, x + 56, y - 3 - gape, x + 28, y + 3);
        fill(DARK, upper);
        fill(DARK, triangle(x + 27, y, x + 50, y - 1 + gape, x + 25, y + 8));
        fill(BODY, circle(x, y, 32));
        fill(CREAM, new Ellipse2D.Double(x + 4, y + 3, 25, 18));
        boolean blink = during(0.11, 0.006) + during(0.47, 0.006) + during(0.485, 0.006) + during(0.9, 0.006) > 0;
        double ex = x + 12 + 2 * look;
        if (blink) {
            stroke(DARK, 3, new Line2D.Double(ex - 6, y - 6, ex + 6, y - 6));
        } else {
            fill(DARK, circle(ex, y - 6, 6.5));
            fill(CREAM, circle(ex + 2.2, y - 8.2, 2.2));
        }
        Path2D crest = new Path2D.Double();
        crest.moveTo(x - 14, y - 26);
        crest.quadTo(x - 22, y - 42, x - 34 - 2 * swing(8, 0), y - 42);
        crest.quadTo(x - 26, y - 28, x - 28, y - 12);
        fill(BODY, crest);
    }

    private void notes(double song) {
        for (int i = 0; i < 3 && song > 0; i++) {
            double age = song * 1.6 - i * 0.3;
            if (age > 0 && age < 1) {
                double x = 284 + 60 * age + 26 * i;
                double y = 126 - 46 * age + 5 * Math.sin(9 * age + i);
                double size = Math.min(1, 4 * Math.min(age, 1 - age));
                fill(DARK, new Ellipse2D.Double(x - 5 * size, y - 4 * size, 10 * size, 8 * size));
                stroke(DARK, 2.4 * size, new Line2D.Double(x + 4 * size, y, x + 4 * size, y - 20 * size));
                stroke(DARK, 3 * size, new Line2D.Double(x + 4 * size, y - 20 * size, x + 12 * size, y - 14 * size));
            }
        }
    }

    private void reeds() {
        for (int i = 0; i < 6; i++) {
            double x = 548 + 15 * i + 5 * (i % 2);
            double top = 268 + (i * 37) % 40;
            double lean = 5 * swing(8, -i * 0.06) + 3 * (i - 3);
            Path2D stalk = new Path2D.Double();
            stalk.moveTo(x, 366);
            stalk.quadTo(x, 320, x + lean, top);
            stroke(DARK, 3, stalk);
            if (i % 2 == 0) {
                stroke(PLANK, 8, new Line2D.Double(x + lean, top, x + lean * 0.8, top + 20));
            }
        }
    }

    /** The sign under the branch: two cords and a plank; {@link Pictures} letters it. */
    static void sign(Graphics2D g) {
        g.setColor(DARK);
        g.setStroke(new BasicStroke(2.5f));
        g.draw(new Line2D.Double(92, 240, 92, 286));
        g.draw(new Line2D.Double(204, 234, 204, 286));
        g.setColor(PLANK);
        g.fill(new RoundRectangle2D.Double(74, 280, 148, 54, 12, 12));
        g.setColor(CREAM);
        g.fill(new RoundRectangle2D.Double(80, 286, 136, 42, 8, 8));
    }

    /** A lantern at the end of the branch, which flashes with the beep of {@link Sound}. */
    static void lantern(Graphics2D g, boolean lit) {
        g.setColor(DARK);
        g.setStroke(new BasicStroke(2.5f));
        g.draw(new Line2D.Double(322, 216, 322, 238));
        if (lit) {
            g.setColor(HALO[2]);
            g.fill(circle(322, 254, 26));
        }
        g.setColor(DARK);
        g.fill(new RoundRectangle2D.Double(308, 236, 28, 36, 10, 10));
        g.setColor(lit ? SUN : PLANK);
        g.fill(new RoundRectangle2D.Double(312, 242, 20, 24, 8, 8));
    }

    /** The eaves that one looks out under, along the top edge, 30 high, with a row of shingles below it. */
    static void eaves(Graphics2D g) {
        g.setColor(PLANK);
        for (int x = 0; x < WIDTH; x += 32) {
            g.fill(new RoundRectangle2D.Double(x, 20, 32, 18, 24, 18));
        }
        g.setColor(DARK);
        g.fill(new Rectangle2D.Double(0, 0, WIDTH, 30));
    }

    /** A paper lamp that hangs from the eaves: 22 by 22 about {@code x} and 15, evenly bright, so that small pictures of it tell too whether it is lit. */
    static void lamp(Graphics2D g, double x, boolean lit) {
        if (lit) {
            g.setColor(GLOW);
            g.fill(new RoundRectangle2D.Double(x - 14, 1, 28, 28, 18, 18));
        }
        g.setColor(lit ? LAMPLIGHT : UNLIT);
        g.fill(new RoundRectangle2D.Double(x - 11, 4, 22, 22, 13, 13));
    }

    private static Path2D triangle(double ax, double ay, double bx, double by, double cx, double cy) {
        Path2D path = new Path2D.Double();
        path.moveTo(ax, ay);
        path.lineTo(bx, by);
        path.lineTo(cx, cy);
        path.closePath();
        return path;
    }

    private static Ellipse2D circle(double x, double y, double r) {
        return new Ellipse2D.Double(x - r, y - r, 2 * r, 2 * r);
    }

    private void fill(Color color, Shape shape) {
        g.setColor(color);
        g.fill(shape);
    }

    private void stroke(Color color, double width, Shape shape) {
        g.setColor(color);
        g.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.draw(shape);
    }
}
