package dev.perch.feed;

/** Thrown when the memory of a half-read frame was needed for new ones, and no spare slot was free. */
public final class FrameLostException extends Exception {
    FrameLostException() {
        super("the viewer is too slow: its frame's memory was needed and no spare slot was free");
    }
}
