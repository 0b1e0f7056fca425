package dev.perch.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.GatheringByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one frame that a cursor has still to write: pieces of its scratch buffer and of the pinned payload, in order. Used by the cursor's
 * thread. Allocates nothing per frame once its arrays have grown to the stream's number of pieces.
 */
public final class Outgoing {
    /** Room for a packager's head and a framing's additions (a moof is 116 bytes, a part's header 90). */
    static final int SCRATCH_BYTES = 512;

    /** A frame of two NAL units is five pieces, an MJPEG part three. */
    private static final int MOST_PIECES = 8;

    /** The most bytes that {@link #addZeros} accepts at once. */
    public static final int MOST_ZEROS = 32 << 10;

    // where a piece lies
    private static final int SCRATCH = 0;
    private static final int PAYLOAD = 1;
    private static final int ZEROS = 2;

    /** The zeros that all padding is sent from, allocated at the first use. */
    private static final class Zeros {
        static final ByteBuffer BYTES = ByteBuffer.allocateDirect(MOST_ZEROS).asReadOnlyBuffer();
    }

    private final Cursor cursor;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final ByteBuffer scratchView = scratch.duplicate();
    private final ByteBuffer[] gathered = new ByteBuffer[MOST_PIECES];
    private final @Nullable ByteBuffer[] scratchViews = new ByteBuffer[MOST_PIECES];
    private final @Nullable ByteBuffer[] frameViews = new ByteBuffer[MOST_PIECES];
    private @Nullable ByteBuffer zeros;
    private int headBytes;
    private int[] from = new int[8];
    private int[] to = new int[8];
    private int[] place = new int[8];
    private int count;
    private int current;

    Outgoing(Cursor cursor) {
        this.cursor = cursor;
    }

    /** Returns the cursor's own buffer, which begins with the packager's head of the frame. The framing may move its position and limit. */
    public ByteBuffer scratch() {
        return scratch;
    }

    /** Returns the length of the packager's head. */
    public int headBytes() {
        return headBytes;
    }

    void headBytes(int bytes) {
        headBytes = bytes;
    }

    /**
     * Adds bytes of the scratch buffer.
     *
     * @param start inclusive
     * @param end exclusive
     */
    public void addScratch(int start, int end) {
        add(start, end, SCRATCH);
    }

    /**
     * Adds bytes of the payload; may be called several times per frame.
     *
     * @param start inclusive
     * @param end exclusive
     */
    public void addPayload(int start, int end) {
        add(start, end, PAYLOAD);
    }

    /** Adds {@code count} zero bytes, at most {@value #MOST_ZEROS}. Called at most once per frame. */
    public void addZeros(int count) {
        if (count > MOST_ZEROS) {
            throw new IllegalArgumentException("too many zeros at once: count=" + count);
        }
        add(0, count, ZEROS);
    }

    private void add(int start, int end, int where) {
        if (start > end) {
            throw new IllegalArgumentException("a piece ends before it begins: start=" + start + " end=" + end);
        }
        if (start == end) {
            return;
        }
        if (isEmpty()) {
            count = 0; // pieces already written are forgotten: hours of heartbeats take no room
            current = 0;
        }
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
            place = Arrays.copyOf(place, 2 * count);
        }
        from[count] = start;
        to[count] = end;
        place[count++] = where;
    }

    /** Returns whether everything has been written. */
    public boolean isEmpty() {
        return current == count;
    }

    /** Returns the number of bytes left. */
    public int remainingBytes() {
        int bytes = 0;
        for (int i = current; i < count; i++) {
            bytes += to[i] - from[i];
        }
        return bytes;
    }

    /** Drops the bytes that are left. */
    public void clear() {
        count = 0;
        current = 0;
        scratch.clear();
    }

    /**
     * Writes up to {@code mostBytes} to {@code destination}.
     *
     * @return the bytes written
     * @throws IOException when the viewer is gone
     * @throws FrameLostException when the payload's memory was needed for new frames and no spare slot was free
     */
    public int writeTo(Destination destination, int mostBytes) throws IOException, FrameLostException {
        int written = 0;
        while (current < count && written < mostBytes) {
            int piece = Math.min(to[current] - from[current], mostBytes - written);
            int taken = place[current] == PAYLOAD
                    ? cursor.writePayload(from[current], piece, destination)
                    : writeOwn(place[current], from[current], piece, destination);
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
     * Writes as much as {@code channel} accepts, in gathering writes of up to {@value #MOST_PIECES} pieces each.
     *
     * @return the bytes written
     * @throws FrameLostException when the payload's memory was needed for new frames and no spare slot was free
     */
    public int writeTo(GatheringByteChannel channel) throws IOException, FrameLostException {
        int written = 0;
        while (current < count) {
            int pieces = Math.min(count - current, MOST_PIECES);
            int wanted = 0;
            boolean ofFrame = false;
            for (int i = current; i < current + pieces; i++) {
                wanted += to[i] - from[i];
                ofFrame |= place[i] == PAYLOAD;
            }
            int taken = ofFrame ? cursor.gather(channel, pieces) : gather(channel, pieces, null, 0);
            written += taken;
            if (taken < wanted) {
                break;
            }
        }
        return written;
    }

    /**
     * Writes the next pieces in one gathering write.
     *
     * @param frame the payload's memory; null when no piece is of the payload
     * @param base the payload's offset in {@code frame}
     */
    int gather(GatheringByteChannel channel, int pieces, @Nullable ByteBuffer frame, int base) throws IOException {
        for (int i = 0; i < pieces; i++) {
            int piece = current + i;
            boolean ofFrame = place[piece] == PAYLOAD;
            int start = ofFrame ? base : 0;
            ByteBuffer own = place[piece] == ZEROS ? zeros() : scratchView(i);
            ByteBuffer whole = ofFrame && frame != null ? frameView(i, frame) : own;
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

    /** Returns where the unwritten rest of the payload begins; {@code end} if nothing of it is left. */
    int payloadRest(int end) {
        return payloadRest(current, end);
    }

    /** Returns where the payload begins in the pieces behind the current one. */
    int laterPayload(int end) {
        return payloadRest(current + 1, end);
    }

    private int payloadRest(int firstPiece, int end) {
        int rest = end;
        for (int i = firstPiece; i < count; i++) {
            rest = place[i] == PAYLOAD ? Math.min(rest, from[i]) : rest;
        }
        return rest;
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

    /**
     * Drops the views of the payload's memory, which has changed. While the memory stays the same the views are kept, so that no frame allocates one.
     */
    void forgetViews() {
        Arrays.fill(frameViews, null);
    }

    private ByteBuffer zeros() {
        ByteBuffer made = zeros;
        if (made == null) {
            made = Zeros.BYTES.duplicate();
            zeros = made;
        }
        return made;
    }

    private int writeOwn(int where, int start, int sizeBytes, Destination destination) throws IOException {
        ByteBuffer whole = where == ZEROS ? zeros() : scratchView;
        whole.limit(start + sizeBytes).position(start);
        destination.write(whole);
        return whole.position() - start;
    }
}
