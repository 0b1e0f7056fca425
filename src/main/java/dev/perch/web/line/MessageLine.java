package dev.perch.web.line;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A line that carries more than frames, and listens. */
public interface MessageLine extends HttpLine {
    /** Sends what can be sent now of the opening, and of {@code bytes} after it. Returns how many of {@code bytes} have left. */
    int write(ByteBuffer bytes) throws IOException;
}
