package dev.perch.web.answer;

import dev.perch.web.line.TomcatRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Handles request bodies that Perch does not need. After the answer Tomcat would read the rest of a body on a request thread that waits for the
 * client; so the answer says that it is the connection's last, and the rest is not read (RFC 9112 §9.3, §9.6). The same holds for requests that a
 * client sends without waiting for answers: one connection could cause the work of hundreds (§9.3.2).
 */
public final class RequestBody {
    private RequestBody() {}

    /** Returns whether the head announces a body (RFC 9112 §6.3). */
    public static boolean announced(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** Ends the connection with the answer, and leaves unread what the client has not sent yet. Called before the answer is committed. */
    public static void leaveUnread(HttpServletRequest request, HttpServletResponse response) {
        if (request.getProtocol().startsWith("HTTP/1.")) { // HTTP/2 resets the stream by itself
            response.setHeader("Connection", "close");
            TomcatRequest.leaveBodyUnread(request);
        }
    }
}
