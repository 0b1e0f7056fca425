package dev.perch.web.answer;

import dev.perch.camera.Camera;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * A request on its route, and its answer.
 *
 * @param target the camera of the address; empty for the program's own addresses
 * @param rendition of that camera's picture: main, or the one in the address
 * @param rest what {@code *} stands for in the route's path; empty if there is none
 */
public record Exchange(
        HttpServletRequest request, HeldAnswer response, Optional<Camera> target, String rendition, String rest) {
    /** Returns the camera of the address, for a route that has one. */
    public Camera camera() {
        return target.orElseThrow();
    }
}
