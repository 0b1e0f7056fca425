package dev.perch.web.answer;

import dev.perch.camera.Camera;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/**
 * A request that has found its route, and its answer.
 *
 * @param target the camera that the address means; empty for the program's own addresses
 * @param rendition of that camera's picture: main, or the one that the address names
 * @param rest what {@code *} stands for in the route's path; empty where it has none
 */
public record Exchange(
        HttpServletRequest request, HeldAnswer response, Optional<Camera> target, String rendition, String rest) {
    /** Returns the camera that the address means, for a route that has one. */
    public Camera camera() {
        return target.orElseThrow();
    }
}
