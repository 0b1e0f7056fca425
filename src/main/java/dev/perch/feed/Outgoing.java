package dev.perch.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What one viewer has still to write of one frame: pieces of its scratch buffer and of the pinned payload, in order. Used under the
 * viewer's own lock; allocates nothing per frame once its arrays have grown to the stream's pieces.
 */
public final class Outgoing {
    /** Room for a head and for what a framing adds to it (a moof is 116 bytes, a part's header 90). */
    static final int SCRATCH_BYTES = 512;

    /** A frame of two NAL units is five pieces, a part three. */
    private static final int MOST_PIECES = 8;

    private final Viewer viewer;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final ByteBuffer scratchView = scratch.duplicate();
    private final ByteBuffer[] gathered = new ByteBuffer[MOST_PIECES];
    private final @Nullable ByteBuffer[] scratchViews = new ByteBuffer[MOST_PIECES];
    private final @Nullable ByteBuffer[] frameViews = new ByteBuffer[MOST_PIECES];
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

    /**
     * Writes as much as {@code channel} takes, in one gathering write of up to {@value #MOST_PIECES} pieces at a time.
     *
     * @return how many bytes it took
     * @throws FrameLostException when the payload had to give way to new frames and no spare slot was free
     */
    public int writeTo(GatheringByteChannel channel) throws IOException, FrameLostException {
        int written = 0;
        while (current < count) {
            int pieces = Math.min(count - current, MOST_PIECES);
            int wanted = 0;
            boolean ofFrame = false;
            for (int i = current; i < current + pieces; i++) {
                wanted += to[i] - from[i];
                ofFrame |= payload[i];
            }
            int taken = ofFrame ? viewer.gather(channel, pieces) : gather(channel, pieces, null, 0);
            written += taken;
            if (taken < wanted) {
                break;
            }
        }
        return written;
    }

    /**
     * One gathering write of the next pieces, and what it took is done with.
     *
     * @param frame the payload's memory; null when no piece is of it
     * @param base where in it the payload begins
     */
    int gather(GatheringByteChannel channel, int pieces, @Nullable ByteBuffer frame, int base) throws IOException {
        for (int i = 0; i < pieces; i++) {
            int piece = current + i;
            int start = payload[piece] ? base : 0;
            ByteBuffer whole = payload[piece] && frame != null ? frameView(i, frame) : scratchView(i);
            gathered[i] = whole.clear().limit(start + to[piece]).position(start + from[piece]);
        }
        int taken = (int) (pieces == 1 ? channel.write(gathered[0]) : channel.write(gathered, 0, pieces));
        take(taken);
        return taken;
    }

    private void take(int bytes) {
        int left = bytes;
        while (left > 0) {
            int piece = Math.min(left, to[current] - from[current]);
            from[current] += piece;
            left -= piece;
            if (from[current] == to[current]) {
                current++;
            }
        }
    }

    /** Where the unwritten rest of the payload begins; {@code end} when nothing of it is left. */
    int payloadRest(int end) {
        for (int i = current; i < count; i++) {
            if (payload[i]) {
                return from[i];
            }
        }
        return end;
    }

    private ByteBuffer scratchView(int i) {
        ByteBuffer made = scratchViews[i];
        if (made == null) {
            made = scratch.duplicate();
            scratchViews[i] = made;
        }
        return made;
    }

    private ByteBuffer frameView(int i, ByteBuffer frame) {
        ByteBuffer made = frameViews[i];
        if (made == null) {
            made = frame.duplicate();
            frameViews[i] = made;
        }
        return made;
    }

    /** The payload lies in other memory from now on. Views are kept as long as it is the same: none is made per frame. */
    void forgetViews() {
        Arrays.fill(frameViews, null);
    }

    private int writeScratch(int start, int sizeBytes, Destination destination) throws IOException {
        scratchView.limit(start + sizeBytes).position(start);
        destination.write(scratchView);
        return scratchView.position() - start;
    }
}
