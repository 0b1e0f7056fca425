package dev.perch.web.segments;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Sets how long caches may keep answers of HLS and DASH. */
final class Caching {
    /** For names that always mean the same bytes. */
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private Caching() {}

    /** Marks an answer that never changes. */
    static void forEver(HttpServletResponse response, String tag) {
        response.setHeader("Cache-Control", FOR_EVER);
        response.setHeader("ETag", tag);
    }

    /** Marks an answer that is valid for some seconds. */
    static void seconds(HttpServletResponse response, long seconds) {
        response.setHeader("Cache-Control", seconds <= 0 ? "no-cache" : "public, max-age=" + seconds);
    }

    /** Answers 304 if the client has the answer already (RFC 9110 §13.1.2). Returns whether it did. */
    static boolean unchanged(HttpServletRequest request, HttpServletResponse response, String tag) {
        String known = request.getHeader("If-None-Match");
        if (known == null || !(known.contains(tag) || known.strip().equals("*"))) {
            return false;
        }
        response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        return true;
    }
}
