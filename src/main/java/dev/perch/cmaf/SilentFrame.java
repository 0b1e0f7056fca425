package dev.perch.cmaf;

import dev.perch.feed.Destination;
import dev.perch.feed.Frame;
import dev.perch.media.Bytes;
import java.io.IOException;

/** A frame of silence in place of missing sound. */
record SilentFrame(Frame frame, Bytes bytes) implements FramePayload {
    @Override
    public void copy(int start, int end, Destination destination) throws IOException {
        destination.write(bytes.buffer().position(start).limit(end));
    }
}
