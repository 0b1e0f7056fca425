package dev.perch.cmaf;

import dev.perch.feed.Destination;
import dev.perch.feed.FrameLostException;
import java.io.IOException;

/** The bytes of one frame, wherever they lie: for H.264 the NAL units, each behind its length. */
public interface FramePayload {
    /**
     * Copies the bytes from {@code start} (inclusive) to {@code end} (exclusive). Called with rising offsets.
     *
     * @throws FrameLostException if the frame's memory was needed for new frames
     */
    void copy(int start, int end, Destination destination) throws FrameLostException, IOException;
}
