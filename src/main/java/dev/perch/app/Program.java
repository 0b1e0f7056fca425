package dev.perch.app;

import dev.perch.config.PerchConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The running program: the cameras and the servlets that show them. Made and closed by {@link PerchListener}. */
final class Program implements AutoCloseable {
    private Program() {}

    /** Starts what {@code config} asks for and registers its servlets with {@code context}. */
    static Program start(PerchConfig config, ServletContext context) {
        context.addServlet("pages", new Page(config)).addMapping("/");
        return new Program();
    }

    @Override
    public void close() {
        // no camera runs yet
    }

    private static final class Page extends HttpServlet {
        @SuppressWarnings("serial") // never serialized
        private final PerchConfig config;

        Page(PerchConfig config) {
            this.config = config;
        }

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.setContentType("text/html;charset=utf-8");
            response.getWriter()
                    .println("<!DOCTYPE html><title>Perch</title><h1>Perch</h1><p>Cameras: "
                            + config.cameras().size());
        }
    }
}
