package dev.perch.source;

/**
 * Where the demo's loop is.
 *
 * @param frame the number of the frame last played, 0 to {@code loopFrames - 1}, as the picture shows it; -1 before the first
 * @param loopFrames how many frames the loop has
 */
public record DemoPosition(int frame, int loopFrames) {}
