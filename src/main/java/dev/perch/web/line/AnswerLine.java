package dev.perch.web.line;

import java.io.IOException;

/** A line that can still answer with something other than a stream. */
public interface AnswerLine extends HttpLine {
    /** Returns the protocol of the request, such as {@code HTTP/1.1}. */
    String protocol();

    /** Sends a whole answer that fits the socket's buffer. */
    void answer(Head head, byte[] body) throws IOException;
}
