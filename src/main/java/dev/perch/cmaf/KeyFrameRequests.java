package dev.perch.cmaf;

/** Asks the encoder for key frames, if it can be asked. */
public interface KeyFrameRequests {
    /** Called when no segment can begin without a key frame. */
    void needed();

    /** Called when the segment is long enough to end with a key frame. */
    void welcome();
}
