package dev.perch.web;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An error as the outside sees it: {@code application/problem+json} (RFC 9457). */
record Problem(int status, String title, String detail, Map<String, Object> members) {
    static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail, Map.of());
    }

    Problem with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new Problem(status, title, detail, more);
    }

    /** Sets status and headers of an uncommitted response. @return the body to write */
    byte[] head(HttpServletResponse response) {
        byte[] body = json().getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setContentLength(body.length);
        Headers.media(response);
        if (status == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            response.setHeader("Retry-After", "2");
        }
        return body;
    }

    /** Answers with it. */
    void answer(HttpServletResponse response) throws IOException {
        response.getOutputStream().write(head(response));
    }

    private String json() {
        JsonStringWriter json = JsonWriter.string()
                .object()
                .value("title", title)
                .value("status", status)
                .value("detail", detail);
        members.forEach(json::value);
        return json.end().done();
    }
}
