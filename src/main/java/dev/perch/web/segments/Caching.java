package dev.perch.web.segments;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/** Tells caches how long answers of HLS and DASH may be kept. */
final class Caching {
    /** A name means the same bytes for ever. */
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private Caching() {}

    /** Marks an answer that never changes. */
    static void forEver(HttpServletResponse response, String tag) {
        response.setHeader("Cache-Control", FOR_EVER);
        response.setHeader("ETag", tag);
    }

    /** Marks an answer that will do for some seconds. */
    static void seconds(HttpServletResponse response, long seconds) {
        response.setHeader("Cache-Control", seconds <= 0 ? "no-cache" : "public, max-age=" + seconds);
    }

    /** Answers 304 where the client has it already (RFC 9110 §13.1.2). */
    static boolean unchanged(HttpServletRequest request, HttpServletResponse response, String tag) {
        String known = request.getHeader("If-None-Match");
        if (known == null || !(known.contains(tag) || known.strip().equals("*"))) {
            return false;
        }
        response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        return true;
    }
}
