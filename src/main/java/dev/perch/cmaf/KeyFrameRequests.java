package dev.perch.cmaf;

/** Asks the encoder for key frames, where it can be asked. */
public interface KeyFrameRequests {
    /** No segment can begin without one. */
    void needed();

    /** The segment is long enough to end with one. */
    void welcome();
}
