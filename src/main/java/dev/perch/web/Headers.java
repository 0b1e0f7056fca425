package dev.perch.web;

import java.util.function.BiConsumer;

/** The headers that several answers share; set by way of {@code HttpServletResponse::setHeader} or {@code Head::set}. */
final class Headers {
    private Headers() {}

    /** Of media: never cached, never buffered by a proxy. Who may read it is {@link CrossOrigin}'s to say. */
    static void media(BiConsumer<String, String> fields) {
        fields.accept("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0");
        fields.accept("Pragma", "no-cache");
        fields.accept("X-Accel-Buffering", "no");
    }

    /** Of an endless answer: the body ends with the connection, so no chunk framing. */
    static void endless(BiConsumer<String, String> fields) {
        media(fields);
        fields.accept("Connection", "close");
    }
}
