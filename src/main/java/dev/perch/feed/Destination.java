package dev.perch.feed;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Receives a viewer's bytes. */
public interface Destination {
    /**
     * Takes as many bytes from {@code source} as it can and advances its position. Never keeps the buffer.
     *
     * @throws IOException when the viewer is gone
     */
    void write(ByteBuffer source) throws IOException;
}
