package dev.perch.cmaf;

import dev.perch.feed.Destination;
import dev.perch.feed.FrameLostException;
import java.io.IOException;

/** The NAL units of one frame, each behind its length, wherever they lie. */
public interface FramePayload {
    /** Copies the bytes from {@code start} (inclusive) to {@code end} (exclusive); called with rising offsets. */
    void copy(int start, int end, Destination destination) throws FrameLostException, IOException;
}
