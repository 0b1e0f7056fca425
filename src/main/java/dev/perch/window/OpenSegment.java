package dev.perch.window;

import dev.perch.cmaf.SegmentHead;
import java.util.ArrayList;
import java.util.List;

/** The segment under construction. Guarded by its window. */
final class OpenSegment {
    final SegmentBytes bytes;
    boolean erased; // whether its contents stay unseen
    private final SegmentHead head;
    private final List<Segment.Part> parts = new ArrayList<>();
    private long durationTicks;
    private int fragments;
    private int partFromByte;
    private long partTicks;
    private boolean partIndependent;
    private int sizeBytes;

    OpenSegment(SegmentHead head, SegmentBytes bytes) {
        this.head = head;
        this.bytes = bytes;
    }

    /** Adds the fragment just written. */
    void commit(int addedTicks, boolean key) {
        bytes.commit();
        fragments++;
        durationTicks += addedTicks;
        partTicks += addedTicks;
        partIndependent |= key;
        sizeBytes = bytes.sizeBytes();
    }

    /** Ends a part, which holds the fragments since the last one. */
    void endPart() {
        parts.add(new Segment.Part(partFromByte, sizeBytes, partTicks, partIndependent));
        partFromByte = sizeBytes;
        partTicks = 0;
        partIndependent = false;
    }

    Segment view(boolean complete) {
        return new Segment(head, durationTicks, parts, complete, sizeBytes, bytes, /* gap= */ false);
    }

    boolean empty() {
        return fragments == 0;
    }
}
