package dev.perch.feed;

/**
 * Finds the pictures that follow a starting point in decoding order and precede it in output order: they refer to pictures before the starting point
 * (an open GOP, ITU-T H.264 §7.4.1.2.4, §D.2.8), so a reader that starts there must leave them out. Not thread-safe.
 */
public final class LeadingPictures {
    private long nextSequence = -1;
    private long start; // the starting point in output order; 0 once all leading pictures are over

    /** Returns whether {@code frame} can be decoded from the frames admitted before it. */
    public boolean admits(Frame frame) {
        boolean continues = frame.sequence() == nextSequence;
        nextSequence = frame.sequence() + 1;
        long order = frame.time().presentationOrder();
        if (!continues && frame.key()) {
            start = order;
            return true;
        }
        start = order > start ? 0 : start;
        return start == 0;
    }
}
