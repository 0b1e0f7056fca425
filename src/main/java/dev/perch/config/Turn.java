package dev.perch.config;

/**
 * How a camera's pictures are to be held.
 *
 * @param degrees of {@code rotate}: how far they are turned clockwise, 0, 90, 180 or 270
 * @param mirrored of {@code mirror}: whether left and right are then exchanged
 */
public record Turn(int degrees, boolean mirrored) {
    /** As they come. */
    public static final Turn NONE = new Turn(0, false);
}
