package dev.perch.web.line;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** The header fields that several answers share, set through {@code HttpServletResponse::setHeader} or {@code Head::set}. */
public final class Headers {
    public static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    public static final String EXPOSE_HEADERS = "Access-Control-Expose-Headers";
    public static final String VARY = "Vary";

    private static final String CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";
    private static final String REFERRER_POLICY = "Referrer-Policy";

    /** The browser features that no page of Perch's uses (W3C Permissions Policy), so that injected content cannot use them either. */
    private static final String PERMISSIONS =
            "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()";

    private Headers() {}

    /**
     * Sets the fields of every answer: browsers must not guess its type, nor tell other sites its address, which may hold a link's token.
     */
    public static void all(BiConsumer<String, String> fields) {
        fields.accept(CONTENT_TYPE_OPTIONS, "nosniff");
        fields.accept(REFERRER_POLICY, "same-origin"); // stricter ones make forms' origin "null"
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

    /** Returns the cross-origin fields, and those of every answer, that {@code response} has, for an answer whose head is sent directly. */
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
