package dev.perch.app;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers every request with 503 and the reason why the program did not start. */
final class RefusalServlet extends HttpServlet {
    private final String reason;

    private RefusalServlet(String reason) {
        this.reason = reason;
    }

    static void register(ServletContext context, String reason) {
        context.addServlet("refusal", new RefusalServlet(reason)).addMapping("/*");
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.getWriter().println("Perch is not running: its configuration has errors.\n\n" + reason);
    }
}
