package dev.perch.cmaf;

import java.util.ArrayList;
import java.util.List;

/** The segment that is being made. The packager's own. */
final class OpenSegment {
    final SegmentBytes bytes;
    final long number;
    private final Segment.Init init;
    private final boolean discontinuity;
    private final long discontinuities;
    private final long startTicks;
    private final long wallClockMicros;
    private final List<Segment.Part> parts = new ArrayList<>();
    private long durationTicks;
    private int frames;
    private int partFromByte;
    private long partTicks;
    private boolean partIndependent;
    private int sizeBytes;

    /** @param before what it has in common with its view, without any frame */
    OpenSegment(Segment before) {
        this.number = before.number();
        this.init = before.init();
        this.discontinuity = before.discontinuity();
        this.discontinuities = before.discontinuities();
        this.startTicks = before.startTicks();
        this.wallClockMicros = before.wallClockMicros();
        this.bytes = before.bytes();
    }

    /** A frame was committed. */
    void add(int frameTicks, boolean key) {
        frames++;
        durationTicks += frameTicks;
        partTicks += frameTicks;
        partIndependent |= key;
        sizeBytes = bytes.sizeBytes();
    }

    /** What was added since the last part is one. */
    void endPart() {
        if (partTicks > 0) {
            parts.add(new Segment.Part(partFromByte, sizeBytes, partTicks, partIndependent));
            partFromByte = sizeBytes;
            partTicks = 0;
            partIndependent = false;
        }
    }

    Segment view(boolean complete) {
        return new Segment(
                number,
                init,
                discontinuity,
                discontinuities,
                startTicks,
                durationTicks,
                wallClockMicros,
                parts,
                complete,
                sizeBytes,
                bytes);
    }

    int frames() {
        return frames;
    }

    long durationTicks() {
        return durationTicks;
    }

    long partTicks() {
        return partTicks;
    }
}
