package dev.perch.web.line;

import dev.perch.web.answer.CrossOrigin;
import java.util.function.BiConsumer;

/** The headers that several answers share; set by way of {@code HttpServletResponse::setHeader} or {@code Head::set}. */
public final class Headers {
    private Headers() {}

    /** Of media: never cached, never buffered by a proxy. Who may read it is {@link CrossOrigin}'s to say. */
    public static void media(BiConsumer<String, String> fields) {
        fields.accept("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0");
        fields.accept("Pragma", "no-cache");
        fields.accept("X-Accel-Buffering", "no");
    }

    /** Whether the body ends with the connection, so that it needs no chunk framing: HTTP/2 has no such field (RFC 9113 §8.2.2). */
    static boolean endsConnection(String protocol) {
        return protocol.startsWith("HTTP/1.");
    }

    /**
     * Of an endless answer.
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
