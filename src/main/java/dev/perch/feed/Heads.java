package dev.perch.feed;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The packagers' bytes for the frames in the ring: one slot a frame and packager. Guarded by the feed. */
final class Heads {
    private final List<Packager> packagers;
    private final int[] sizes;
    private final ByteBuffer[] slabs;

    private Heads(List<Packager> packagers) {
        this.packagers = packagers;
        this.slabs = new ByteBuffer[packagers.size()];
        this.sizes = new int[packagers.size() * FrameTable.CAPACITY];
        for (int i = 0; i < slabs.length; i++) {
            slabs[i] = ByteBuffer.allocate(packagers.get(i).headBytes() * FrameTable.CAPACITY);
        }
    }

    static Heads none() {
        return new Heads(List.of());
    }

    Heads with(Packager packager) {
        if (packagers.contains(packager)) {
            return this;
        }
        if (packager.headBytes() > Outgoing.SCRATCH_BYTES) {
            throw new IllegalArgumentException("a head is too large: headBytes=" + packager.headBytes());
        }
        List<Packager> more = new ArrayList<>(packagers);
        more.add(packager);
        return new Heads(more);
    }

    int indexOf(Packager packager) {
        int index = packagers.indexOf(packager);
        if (index < 0) {
            throw new IllegalArgumentException("the packager was not attached: packager=" + packager);
        }
        return index;
    }

    void make(Frame frame) {
        int slot = FrameTable.slot(frame.sequence());
        for (int i = 0; i < slabs.length; i++) {
            ByteBuffer head = slabs[i];
            int start = slot * packagers.get(i).headBytes();
            head.limit(start + packagers.get(i).headBytes()).position(start);
            ByteBuffer own = head.slice();
            packagers.get(i).head(frame, own);
            sizes[i * FrameTable.CAPACITY + slot] = own.position();
            head.clear();
        }
    }

    /** Puts the head of one frame at the start of the viewer's scratch buffer, where it lies until the frame is written. */
    void copyTo(Viewer viewer, long sequence) {
        viewer.outgoing().clear();
        viewer.outgoing().headBytes(0);
        if (viewer.packager().isEmpty()) {
            return;
        }
        int index = indexOf(viewer.packager().get());
        int slot = FrameTable.slot(sequence);
        int sizeBytes = sizes[index * FrameTable.CAPACITY + slot];
        int start = slot * packagers.get(index).headBytes();
        viewer.outgoing().scratch().put(0, slabs[index], start, sizeBytes);
        viewer.outgoing().headBytes(sizeBytes);
    }
}
