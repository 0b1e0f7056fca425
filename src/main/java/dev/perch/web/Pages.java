package dev.perch.web;

import dev.perch.camera.Camera;
import dev.perch.camera.Cameras;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** What people and their monitors read: the wall, a camera's page, /stats and /healthz. */
final class Pages {
    private final Cameras cameras;
    private final Audience audience;

    Pages(Cameras cameras, Audience audience) {
        this.cameras = cameras;
        this.audience = audience;
    }

    void wall(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/html;charset=utf-8");
        response.getWriter()
                .println("<!DOCTYPE html><title>Perch</title><h1>Perch</h1><p>" + cameras.names() + "<p>"
                        + audience.size());
    }

    void camera(Camera camera, HttpServletRequest request, HttpServletResponse response) throws IOException {
        wall(request, response);
    }

    /** Answers /stats and /healthz. @return false when {@code path} is neither */
    boolean numbers(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        return false;
    }
}
