package dev.perch.cmaf;

/** A segment's place in time, which guides the segments of other tracks. */
public interface SegmentSpan {
    /** Returns the facts known when the segment began. */
    SegmentHead head();

    /** Returns the end of its frames so far, in {@link Ticks}. */
    long endTicks();

    /** Returns whether no frame will be added. */
    boolean complete();
}
