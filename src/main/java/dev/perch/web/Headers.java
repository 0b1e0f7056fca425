package dev.perch.web;

import jakarta.servlet.http.HttpServletResponse;

/** The headers that several answers share. */
final class Headers {
    private Headers() {}

    /** Of media: never cached, never buffered by a proxy, readable by any page. */
    static void media(HttpServletResponse response) {
        response.setHeader("Access-Control-Allow-Origin", "*");
        response.setHeader("Access-Control-Expose-Headers", "X-Timestamp, Content-Length, Retry-After");
        response.setHeader("Cache-Control", "no-store, no-cache, must-revalidate, max-age=0");
        response.setHeader("Pragma", "no-cache");
        response.setHeader("X-Accel-Buffering", "no");
    }

    /** Of an endless answer: the body ends with the connection, so no chunk framing. */
    static void endless(HttpServletResponse response) {
        media(response);
        response.setHeader("Connection", "close");
    }
}
