package dev.perch.feed;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The packagers' bytes for the frames in the ring: one slot per frame and packager. Guarded by the feed. */
final class Heads {
    private final List<Packager> packagers;
    private final int[] sizes;
    private final ByteBuffer[] slabs;

    private Heads(List<Packager> packagers, int[] sizes, ByteBuffer[] slabs) {
        this.packagers = packagers;
        this.sizes = sizes;
        this.slabs = slabs;
    }

    static Heads none() {
        return new Heads(List.of(), new int[0], new ByteBuffer[0]);
    }

    /** Returns these heads and those of {@code packager}, which makes its heads for the frames in the ring now. */
    Heads with(Packager packager, FrameTable frames) {
        if (packagers.contains(packager)) {
            return this;
        }
        if (packager.headBytes() > Outgoing.SCRATCH_BYTES) {
            throw new IllegalArgumentException("a head is too large: headBytes=" + packager.headBytes());
        }
        List<Packager> more = new ArrayList<>(packagers);
        more.add(packager);
        int index = packagers.size();
        ByteBuffer[] moreSlabs = Arrays.copyOf(slabs, index + 1);
        moreSlabs[index] = ByteBuffer.allocate(packager.headBytes() * FrameTable.CAPACITY);
        Heads heads = new Heads(more, Arrays.copyOf(sizes, (index + 1) * FrameTable.CAPACITY), moreSlabs);
        for (long i = frames.tail(); i < frames.next(); i++) {
            heads.make(index, frames.at(i).frame);
        }
        return heads;
    }

    int indexOf(Packager packager) {
        int index = packagers.indexOf(packager);
        if (index < 0) {
            throw new IllegalArgumentException("the packager was not attached: packager=" + packager);
        }
        return index;
    }

    void make(Frame frame) {
        for (int i = 0; i < slabs.length; i++) {
            make(i, frame);
        }
    }

    private void make(int index, Frame frame) {
        int slot = FrameTable.slot(frame.sequence());
        int headBytes = packagers.get(index).headBytes();
        ByteBuffer own = slabs[index].slice(slot * headBytes, headBytes);
        packagers.get(index).head(frame, own);
        sizes[index * FrameTable.CAPACITY + slot] = own.position();
    }

    /** Copies the head of one frame to the start of the cursor's scratch buffer, where it stays until the frame is written. */
    void copyTo(Cursor cursor, long sequence) {
        cursor.outgoing().clear();
        cursor.outgoing().headBytes(0);
        Packager packager = cursor.packager();
        if (packager == null) {
            return;
        }
        int index = indexOf(packager);
        int slot = FrameTable.slot(sequence);
        int sizeBytes = sizes[index * FrameTable.CAPACITY + slot];
        int start = slot * packagers.get(index).headBytes();
        cursor.outgoing().scratch().put(0, slabs[index], start, sizeBytes);
        cursor.outgoing().headBytes(sizeBytes);
    }
}
