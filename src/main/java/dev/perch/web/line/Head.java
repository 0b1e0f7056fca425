package dev.perch.web.line;

import dev.perch.media.Bytes;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** The head of one answer: its status and fields, to be set on a response, or sent directly (RFC 9112, 2.1). */
public final class Head {
    private final int status;
    private final Map<String, String> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    public Head(int status) {
        this.status = status;
    }

    /** Sets a field, replacing an earlier value. */
    public Head set(String name, String value) {
        fields.put(name, value);
        return this;
    }

    /** Sets status and fields on a response that is not committed. */
    public void applyTo(HttpServletResponse response) {
        response.setStatus(status);
        fields.forEach(response::setHeader);
    }

    /** Returns the status line and the fields, up to the empty line. */
    Bytes toBytes() {
        StringBuilder text =
                new StringBuilder(512).append("HTTP/1.1 ").append(status).append(" \r\n");
        fields.forEach((name, value) ->
                text.append(name).append(": ").append(oneLine(value)).append("\r\n"));
        return Bytes.copyOf(text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns {@code value} on one line: a line break would begin a field that somebody else chose. */
    private static String oneLine(String value) {
        return value.replace('\r', ' ').replace('\n', ' ');
    }
}
