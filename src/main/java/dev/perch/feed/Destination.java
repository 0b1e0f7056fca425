package dev.perch.feed;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a viewer's bytes. */
public interface Destination {
    /**
     * Takes bytes from {@code source}, moving its position by as many as it took; never keeps the buffer.
     *
     * @throws IOException when the viewer is gone
     */
    void write(ByteBuffer source) throws IOException;
}
