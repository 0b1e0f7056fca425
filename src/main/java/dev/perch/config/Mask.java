package dev.perch.config;

/**
 * A rectangle of a camera's picture that is never shown, in pixels of the captured picture.
 *
 * @param x the left edge, from 0
 * @param y the upper edge, from 0
 */
public record Mask(int x, int y, int width, int height) {
    public Mask {
        if (x < 0 || y < 0 || width <= 0 || height <= 0) {
            throw new IllegalArgumentException(
                    "a mask covers pixels: x=" + x + " y=" + y + " width=" + width + " height=" + height);
        }
    }

    /**
     * Returns whether a control of this name flips or rotates a device's picture, under any driver's name, so that its masks would be in the wrong
     * place.
     */
    public static boolean movedBy(String control) {
        return control.contains("flip") || control.contains("mirror") || control.contains("rotat");
    }

    /** Returns whether a control of this name points the camera or its lens elsewhere, which an operator may do only without masks. */
    public static boolean pannedBy(String control) {
        return control.startsWith("pan_")
                || control.startsWith("tilt_")
                || control.startsWith("roll_")
                || control.contains("zoom");
    }

    /** Returns the form in the file. */
    @Override
    public String toString() {
        return x + ", " + y + ", " + width + ", " + height;
    }
}
