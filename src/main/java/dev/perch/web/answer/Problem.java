package dev.perch.web.answer;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.web.line.Head;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** An error in an answer: {@code application/problem+json} (RFC 9457), or a page that says the same. */
public record Problem(int status, String title, String detail, Map<String, Object> members) {
    /** The member with the number of seconds after which to come back. */
    public static final String RETRY_AFTER = "retryAfterSeconds";

    public static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail, Map.of());
    }

    public Problem with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new Problem(status, title, detail, more);
    }

    /** Returns the head of an answer with {@code body}. */
    Head head(byte[] body) {
        Head head = new Head(status)
                .set("Content-Type", "application/problem+json")
                .set("Content-Length", Integer.toString(body.length));
        Headers.media(head::set);
        return status == HttpServletResponse.SC_SERVICE_UNAVAILABLE
                ? head.set("Retry-After", String.valueOf(members.getOrDefault(RETRY_AFTER, 2)))
                : head;
    }

    /** Returns the JSON, in UTF-8. */
    byte[] body() {
        return json().getBytes(StandardCharsets.UTF_8);
    }

    /** Sends the problem as JSON, whoever asks. */
    public void answer(HttpServletResponse response) throws IOException {
        ProblemForm.JSON.answer(this, response);
    }

    /** Sends the problem as JSON, or as a page for a person. */
    public void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        ProblemForm.of(request).answer(this, response);
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
