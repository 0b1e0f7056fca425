package dev.perch.window;

import dev.perch.cmaf.Init;
import dev.perch.cmaf.SegmentHead;
import dev.perch.cmaf.SegmentSpan;
import dev.perch.cmaf.Ticks;
import java.util.List;

/**
 * A segment as it stood at one moment, of one fragment a frame.
 *
 * @param head what was known of it when it began
 * @param durationTicks the duration of its frames so far
 * @param parts its complete parts
 * @param complete whether no frame will be added
 * @param sizeBytes the size of its fragments so far
 * @param bytes the memory; a reader retains it first
 * @param gap whether it was erased: it keeps its place and its time, and nobody gets its bytes, which are given back
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

    /** Returns what stands in its place once its bytes are erased. */
    Segment erased() {
        return new Segment(head, durationTicks, List.of(), /* complete= */ true, 0, bytes, /* gap= */ true);
    }

    /** Returns its number, which counts the camera's segments without gaps. */
    public long number() {
        return head.number();
    }

    /** Returns the init segment that it needs. */
    public Init init() {
        return head.init();
    }

    /** Returns whether its time or its parameters do not continue those of the segment before. */
    public boolean discontinuity() {
        return head.discontinuity();
    }

    /** Returns the number of discontinuities up to it, its own included. */
    public long discontinuities() {
        return head.discontinuities();
    }

    /** Returns the decode time of its first frame. */
    public long startTicks() {
        return head.startTicks();
    }

    /** Returns when its first frame was captured, in microseconds since 1970. */
    public long wallClockMicros() {
        return head.wallClockMicros();
    }

    @Override
    public long endTicks() {
        return startTicks() + durationTicks;
    }

    /** Returns its duration in seconds. */
    public double seconds() {
        return Ticks.seconds(durationTicks);
    }

    /**
     * A part of a segment, of whole fragments.
     *
     * @param fromByte its first byte in the segment
     * @param toByte the byte behind its last
     * @param independent whether it holds a key frame
     */
    public record Part(int fromByte, int toByte, long durationTicks, boolean independent) {
        /** Returns its duration in seconds. */
        public double seconds() {
            return Ticks.seconds(durationTicks);
        }
    }
}
