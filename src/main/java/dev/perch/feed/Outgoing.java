package dev.perch.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What one viewer has still to write of one frame: pieces of its scratch buffer and of the pinned payload, in order. Used under the
 * viewer's own lock; allocates nothing per frame once its arrays have grown to the stream's pieces.
 */
public final class Outgoing {
    /** Room for a head and for what a framing adds to it (a moof is 116 bytes, a part's header 90). */
    static final int SCRATCH_BYTES = 512;

    private final Viewer viewer;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final ByteBuffer scratchView = scratch.duplicate();
    private int headBytes;
    private int[] from = new int[8];
    private int[] to = new int[8];
    private boolean[] payload = new boolean[8];
    private int count;
    private int current;

    Outgoing(Viewer viewer) {
        this.viewer = viewer;
    }

    /** The viewer's own buffer; the packager's head of the frame stands at its start. Position and limit are the framing's to move. */
    public ByteBuffer scratch() {
        return scratch;
    }

    /** How long the packager's head is. */
    public int headBytes() {
        return headBytes;
    }

    void headBytes(int bytes) {
        headBytes = bytes;
    }

    /** Adds the scratch buffer's bytes from {@code start} (inclusive) to {@code end} (exclusive). */
    public void addScratch(int start, int end) {
        add(start, end, false);
    }

    /** Adds the payload's bytes from {@code start} (inclusive) to {@code end} (exclusive); rising within one frame. */
    public void addPayload(int start, int end) {
        add(start, end, true);
    }

    private void add(int start, int end, boolean ofPayload) {
        if (start > end) {
            throw new IllegalArgumentException("a piece ends before it begins: start=" + start + " end=" + end);
        }
        if (start == end) {
            return;
        }
        if (isEmpty()) {
            count = 0; // what was written is forgotten: hours of heartbeats take no room
            current = 0;
        }
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
            payload = Arrays.copyOf(payload, 2 * count);
        }
        from[count] = start;
        to[count] = end;
        payload[count++] = ofPayload;
    }

    /** Whether everything has been written. */
    public boolean isEmpty() {
        return current == count;
    }

    /** How many bytes are left. */
    public int remainingBytes() {
        int bytes = 0;
        for (int i = current; i < count; i++) {
            bytes += to[i] - from[i];
        }
        return bytes;
    }

    /** Forgets what is left. */
    public void clear() {
        count = 0;
        current = 0;
        scratch.clear();
    }

    /**
     * Writes up to {@code mostBytes} to {@code destination}.
     *
     * @return how many it took
     * @throws FrameLostException when the payload had to give way to new frames and no spare slot was free
     */
    public int writeTo(Destination destination, int mostBytes) throws IOException, FrameLostException {
        int written = 0;
        while (current < count && written < mostBytes) {
            int piece = Math.min(to[current] - from[current], mostBytes - written);
            int taken = payload[current]
                    ? viewer.writePayload(from[current], piece, destination)
                    : writeScratch(from[current], piece, destination);
            from[current] += taken;
            written += taken;
            if (from[current] == to[current]) {
                current++;
            } else if (taken < piece) {
                break;
            }
        }
        return written;
    }

    private int writeScratch(int start, int sizeBytes, Destination destination) throws IOException {
        scratchView.limit(start + sizeBytes).position(start);
        destination.write(scratchView);
        return scratchView.position() - start;
    }
}
