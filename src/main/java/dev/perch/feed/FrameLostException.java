package dev.perch.feed;

/** A half-written frame's memory was needed for new frames and no spare slot was free: the response cannot go on. */
public final class FrameLostException extends Exception {
    FrameLostException() {
        super("the viewer is too slow: its frame's memory was needed and no spare slot was free");
    }
}
