package dev.perch.cmaf;

import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import java.util.List;

/**
 * A segment as it stood at one moment: begins with a key frame, has one fragment a frame.
 *
 * @param number counts the camera's segments without gaps, over all its runs
 * @param init what a decoder needs first
 * @param discontinuity whether its time or its parameters do not continue those of the one before
 * @param discontinuities how many there were up to it, itself included, over all the camera's runs
 * @param startTicks decode time of its first frame, in ticks of 90 kHz since the run began, true to the capture
 * @param durationTicks of its frames so far
 * @param wallClockMicros when its first frame was captured
 * @param parts those that are complete
 * @param complete whether no frame will be added
 * @param sizeBytes of its frames so far
 * @param bytes the memory; a reader retains it first
 */
public record Segment(
        long number,
        Init init,
        boolean discontinuity,
        long discontinuities,
        long startTicks,
        long durationTicks,
        long wallClockMicros,
        List<Part> parts,
        boolean complete,
        int sizeBytes,
        SegmentBytes bytes) {
    /** Ticks a second. */
    public static final int TIMESCALE_HZ = dev.perch.mp4.InitSegment.TIMESCALE_HZ;

    public Segment {
        parts = List.copyOf(parts);
    }

    /** Where it ends, or has come to. */
    public long endTicks() {
        return startTicks + durationTicks;
    }

    /** Its duration in seconds. */
    public double seconds() {
        return (double) durationTicks / TIMESCALE_HZ;
    }

    /**
     * A part of a segment: some whole fragments.
     *
     * @param fromByte its first byte in the segment
     * @param toByte the byte behind its last
     * @param independent whether it holds a key frame
     */
    public record Part(int fromByte, int toByte, long durationTicks, boolean independent) {
        /** Its duration in seconds. */
        public double seconds() {
            return (double) durationTicks / TIMESCALE_HZ;
        }
    }

    /**
     * An init segment: one for each version of the parameter sets.
     *
     * @param version counts from 0 in each run
     */
    public record Init(int version, StreamConfig.H264 config, Bytes bytes) {}
}
