package dev.perch.window;

import dev.perch.cmaf.Init;
import dev.perch.cmaf.SegmentHead;
import dev.perch.cmaf.SegmentSpan;
import dev.perch.cmaf.Ticks;
import java.util.List;

/**
 * An immutable view of a segment, which has one fragment per frame.
 *
 * @param head the facts known when the segment began
 * @param durationTicks the duration of its frames so far
 * @param parts its complete parts
 * @param complete whether no frame will be added
 * @param sizeBytes the size of its fragments so far
 * @param bytes the memory; a reader must retain it first
 * @param gap whether the segment was erased: it keeps its place and its time, but its bytes are gone
 */
public record Segment(
        SegmentHead head,
        long durationTicks,
        List<Part> parts,
        boolean complete,
        int sizeBytes,
        SegmentBytes bytes,
        boolean gap)
        implements SegmentSpan {
    public Segment {
        parts = List.copyOf(parts);
    }

    /** Returns the gap that replaces this segment once its bytes are erased. */
    Segment erased() {
        return new Segment(head, durationTicks, List.of(), /* complete= */ true, 0, bytes, /* gap= */ true);
    }

    /** Returns the segment's number, which counts the camera's segments without gaps. */
    public long number() {
        return head.number();
    }

    /** Returns the init segment that this segment needs. */
    public Init init() {
        return head.init();
    }

    /** Returns whether time or parameters do not continue those of the segment before. */
    public boolean discontinuity() {
        return head.discontinuity();
    }

    /** Returns the number of discontinuities up to this segment, its own included. */
    public long discontinuities() {
        return head.discontinuities();
    }

    /** Returns the decode time of the first frame. */
    public long startTicks() {
        return head.startTicks();
    }

    /** Returns the capture time of the first frame, in microseconds since 1970. */
    public long wallClockMicros() {
        return head.wallClockMicros();
    }

    @Override
    public long endTicks() {
        return startTicks() + durationTicks;
    }

    /** Returns the duration in seconds. */
    public double seconds() {
        return Ticks.seconds(durationTicks);
    }

    /**
     * A part of a segment, made of whole fragments.
     *
     * @param fromByte the first byte, counted in the segment
     * @param toByte the byte behind the last
     * @param independent whether the part holds a key frame
     */
    public record Part(int fromByte, int toByte, long durationTicks, boolean independent) {
        /** Returns the duration in seconds. */
        public double seconds() {
            return Ticks.seconds(durationTicks);
        }
    }
}
