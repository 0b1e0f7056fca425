package dev.perch.web.line;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The headers that several answers share; set by way of {@code HttpServletResponse::setHeader} or {@code Head::set}. */
public final class Headers {
    public static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    public static final String EXPOSE_HEADERS = "Access-Control-Expose-Headers";
    public static final String VARY = "Vary";

    private Headers() {}

    /** Returns the fields about other sites' pages that {@code response} has, for an answer whose head does not go by it. */
    static Map<String, String> crossOrigin(HttpServletResponse response) {
        Map<String, String> fields = new TreeMap<>();
        for (String name : new String[] {ALLOW_ORIGIN, EXPOSE_HEADERS, VARY}) {
            String value = response.getHeader(name);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    /** Sets the fields of media: never cached, never buffered by a proxy. */
    public static void media(BiConsumer<String, String> fields) {
        fields.accept("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0");
        fields.accept("Pragma", "no-cache");
        fields.accept("X-Accel-Buffering", "no");
    }

    /** Returns whether the body ends with the connection, so that it needs no chunk framing: HTTP/2 has no such field (RFC 9113 §8.2.2). */
    static boolean endsConnection(String protocol) {
        return protocol.startsWith("HTTP/1.");
    }

    /**
     * Sets the fields of an endless answer.
     *
     * @param protocol of the request
     */
    public static void endless(String protocol, BiConsumer<String, String> fields) {
        media(fields);
        if (endsConnection(protocol)) {
            fields.accept("Connection", "close");
        }
    }
}
