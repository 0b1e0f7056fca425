package dev.perch.cmaf;

/** Counts what is asked of an encoder that never does it. */
public final class CountedRequests implements KeyFrameRequests {
    public int needed;
    public int welcome;

    @Override
    public void needed() {
        needed++;
    }

    @Override
    public void welcome() {
        welcome++;
    }
}
