package dev.perch.feed;

/** One frame in a ring: its place and the number of cursors that hold it. Guarded by the feed. */
final class FrameEntry {
    final Ring ring;
    final int offset;
    final Frame frame;
    int pins;

    FrameEntry(Ring ring, int offset, Frame frame) {
        this.ring = ring;
        this.offset = offset;
        this.frame = frame;
    }

    int end() {
        return offset + frame.sizeBytes();
    }

    boolean overlaps(int from, int sizeBytes) {
        return offset < from + sizeBytes && from < end();
    }
}
