package dev.perch.cmaf;

/** Where a segment lies: what the segments of a track beside it go by. */
public interface SegmentSpan {
    /** Returns what was known of it when it began. */
    SegmentHead head();

    /** Returns where its frames so far end, in {@link Ticks}. */
    long endTicks();

    /** Returns whether no frame will be added. */
    boolean complete();
}
