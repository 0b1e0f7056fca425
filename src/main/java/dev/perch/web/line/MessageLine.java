package dev.perch.web.line;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A line that carries more than frames, and receives. */
public interface MessageLine extends HttpLine {
    /** Sends as much as it can of the opening, and of {@code bytes} after it. Returns the number of {@code bytes} sent. */
    int write(ByteBuffer bytes) throws IOException;
}
