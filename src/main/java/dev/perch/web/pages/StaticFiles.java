package dev.perch.web.pages;

import dev.perch.access.Action;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.HeldAnswer;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Route;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** The files under {@code static/} in the WAR: style sheets, scripts, pictures. */
public final class StaticFiles implements Route.Answerer {
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon");

    private final ServletContext context;

    public StaticFiles(ServletContext context) {
        this.context = context;
    }

    /** Returns their address. */
    public Route route() {
        return Route.get("/static/*", Action.GREET, this);
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        String name = exchange.rest();
        HttpServletRequest request = exchange.request();
        HeldAnswer response = exchange.response();
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        boolean plain = name.matches("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");
        InputStream file = plain && type != null ? context.getResourceAsStream("/static/" + name) : null;
        if (file == null) {
            Problem.of(404, "Not found", "There is no such file.").answer(request, response);
            return;
        }
        response.setContentType(type);
        response.setContentLengthLong(file.available()); // all of it, in a folder as in an archive
        response.setHeader("Cache-Control", "max-age=300");
        response.setHeader("X-Content-Type-Options", "nosniff");
        if (request.getMethod().equals("HEAD")) {
            file.close();
        } else {
            response.body(file);
        }
    }
}
