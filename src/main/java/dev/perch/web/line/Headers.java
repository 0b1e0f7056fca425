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

    private static final String CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";
    private static final String REFERRER_POLICY = "Referrer-Policy";

    /** What no page of Perch's asks a browser for (W3C Permissions Policy): whatever is put into one cannot ask for it either. */
    private static final String PERMISSIONS =
            "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()";

    private Headers() {}

    /** Sets the fields of every answer: a browser takes it for what it is, and tells no other site its address, in which a link's token may stand. */
    public static void all(BiConsumer<String, String> fields) {
        fields.accept(CONTENT_TYPE_OPTIONS, "nosniff");
        fields.accept(REFERRER_POLICY, "same-origin"); // with less browsers send a form with "Origin: null"
    }

    /**
     * Sets the fields of every page.
     *
     * @param policy what it may load, and who may show it in a frame (Content Security Policy Level 3)
     */
    public static void page(String policy, BiConsumer<String, String> fields) {
        fields.accept("Content-Security-Policy", policy);
        fields.accept("Permissions-Policy", PERMISSIONS);
        all(fields);
    }

    /** Returns the fields about other sites, and those of every answer, that {@code response} has, for an answer whose head does not go by it. */
    static Map<String, String> carried(HttpServletResponse response) {
        Map<String, String> fields = new TreeMap<>();
        for (String name : new String[] {ALLOW_ORIGIN, EXPOSE_HEADERS, VARY, CONTENT_TYPE_OPTIONS, REFERRER_POLICY}) {
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
