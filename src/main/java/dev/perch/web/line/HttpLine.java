package dev.perch.web.line;

import dev.perch.audience.Line;
import dev.perch.media.Bytes;

/** A line of HTTP, whose answer begins with a head: Tomcat's socket itself, or the servlet API's non-blocking output. */
public interface HttpLine extends Line {
    /** Sets what precedes the first frame: both are sent with it. */
    void begin(Head head, Bytes opening);
}
