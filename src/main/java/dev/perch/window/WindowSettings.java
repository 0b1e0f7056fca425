package dev.perch.window;

import java.time.Duration;

/**
 * The length of one camera's window.
 *
 * @param camera the id of the camera
 * @param length the duration of all listed segments together
 */
public record WindowSettings(String camera, Duration length) {
    String holder() {
        return camera + " HLS window";
    }

    String setting() {
        return "cameras." + camera + ".window";
    }
}
