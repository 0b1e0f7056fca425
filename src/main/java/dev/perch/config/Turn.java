package dev.perch.config;

/**
 * The turn of a camera's pictures.
 *
 * @param degrees the key {@code rotate}: the clockwise turn, 0, 90, 180 or 270
 * @param mirrored the key {@code mirror}: whether left and right are then exchanged
 */
public record Turn(int degrees, boolean mirrored) {
    /** No turn. */
    public static final Turn NONE = new Turn(0, false);
}
