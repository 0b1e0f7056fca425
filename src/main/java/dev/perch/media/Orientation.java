package dev.perch.media;

/**
 * One of the eight ways to hold a picture: turned clockwise, and then mirrored, which exchanges left and right.
 *
 * <pre>
 *   0       90      180     270     mirrored: 0       90      180     270
 *   A B     C A     D C     B D               B A     A C     C D     D B
 *   C D     D B     B A     A C               D C     B D     A B     C A
 * </pre>
 *
 * @param degrees 0, 90, 180 or 270
 */
public record Orientation(int degrees, boolean mirrored) {
    /** The picture as it is. */
    public static final Orientation UPRIGHT = new Orientation(0, false);

    public Orientation {
        if (degrees != 0 && degrees != 90 && degrees != 180 && degrees != 270) {
            throw new IllegalArgumentException("pictures are turned by right angles: degrees=" + degrees);
        }
    }

    /** Returns whether width and height change places. */
    public boolean swapsSides() {
        return degrees % 180 != 0;
    }

    /** Returns whether the picture stays as it is. */
    public boolean upright() {
        return degrees == 0 && !mirrored;
    }

    /** Returns this turn followed by {@code next}, as one orientation. */
    public Orientation then(Orientation next) {
        int further = mirrored ? 360 - next.degrees : next.degrees;
        return new Orientation((degrees + further) % 360, mirrored != next.mirrored);
    }

    /** Returns the width after turning of a picture with these sides. */
    public int width(int width, int height) {
        return swapsSides() ? height : width;
    }

    /** Returns the height after turning of a picture with these sides. */
    public int height(int width, int height) {
        return swapsSides() ? width : height;
    }

    /** Returns the form for people: {@code 90° mirrored}. */
    @Override
    public String toString() {
        return degrees + "°" + (mirrored ? " mirrored" : "");
    }
}
