package dev.perch.window;

import java.time.Duration;

/**
 * How much of a camera is kept in memory.
 *
 * @param camera its name
 * @param length how long the listed segments last together
 */
public record WindowSettings(String camera, Duration length) {
    String holder() {
        return camera + " HLS window";
    }

    String setting() {
        return "cameras." + camera + ".window";
    }
}
