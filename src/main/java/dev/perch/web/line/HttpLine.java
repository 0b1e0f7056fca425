package dev.perch.web.line;

import dev.perch.audience.Line;
import dev.perch.media.Bytes;

/** A line of HTTP, whose answer begins with a head: on Tomcat's socket itself, or on the servlet API's non-blocking output. */
public interface HttpLine extends Line {
    /** Sets what precedes the first frame and is sent with it. */
    void begin(Head head, Bytes opening);
}
