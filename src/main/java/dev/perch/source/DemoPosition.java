package dev.perch.source;

/**
 * The position of the demo's loop.
 *
 * @param frame the number of the frame last played, 0 to {@code loopFrames - 1}, as the picture shows it; -1 before the first
 * @param loopFrames the number of frames in the loop
 */
public record DemoPosition(int frame, int loopFrames) {}
