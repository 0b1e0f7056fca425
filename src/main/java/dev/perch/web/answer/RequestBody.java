package dev.perch.web.answer;

import dev.perch.web.line.TomcatRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The body of a request that Perch has no use for. Tomcat reads what is left of a body after the answer, on a request thread that waits for the
 * client; so the answer says that it is the connection's last, and the rest is not read (RFC 9112 §9.3, §9.6). So is what else a client sends
 * without waiting for its answer: it could have one connection do the work of hundreds (§9.3.2).
 */
public final class RequestBody {
    private RequestBody() {}

    /** Returns whether the head announces one (RFC 9112 §6.3). */
    public static boolean announced(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** Ends the connection with the answer, and leaves unread what the client has not sent yet. Called before the answer is committed. */
    public static void leaveUnread(HttpServletRequest request, HttpServletResponse response) {
        if (request.getProtocol().startsWith("HTTP/1.")) { // a stream of HTTP/2 is reset by itself
            response.setHeader("Connection", "close");
            TomcatRequest.leaveBodyUnread(request);
        }
    }
}
