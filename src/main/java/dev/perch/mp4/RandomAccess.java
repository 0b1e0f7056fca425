package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The decode times and offsets of a file's fragments that begin with a key frame (ISO/IEC 14496-12:2015 §8.8.9 to §8.8.11, {@code mfra}). Not
 * thread-safe.
 */
public final class RandomAccess {
    /** The size of {@code mfro}, which ends the box and states the box's size. */
    public static final int TAIL_BYTES = 16;

    private static final int ENTRY_BYTES = 19;
    private static final int FIXED_BYTES = 8 + 24 + TAIL_BYTES;

    private long[] pairs = new long[128]; // decode ticks, offset
    private int count;

    /**
     * Adds the next fragment.
     *
     * @param decodeTicks in ticks of 90 kHz from the file's beginning
     */
    public void add(long decodeTicks, long offset) {
        if (2 * count == pairs.length) {
            pairs = Arrays.copyOf(pairs, 2 * pairs.length);
        }
        pairs[2 * count] = decodeTicks;
        pairs[2 * count + 1] = offset;
        count++;
    }

    /** Returns the number of fragments. */
    public int count() {
        return count;
    }

    /** Returns the decode time of a fragment, in ticks of 90 kHz from the file's beginning. */
    public long ticks(int index) {
        return pairs[2 * index];
    }

    /** Returns the offset of a fragment in the file. */
    public long offset(int index) {
        return pairs[2 * index + 1];
    }

    /** Returns the index of the last fragment that begins at {@code ticks} or before; 0 if all begin later. */
    public int at(long ticks) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (ticks(middle) <= ticks) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Returns the box. */
    public Bytes mfra() {
        BoxWriter out = new BoxWriter(FIXED_BYTES + count * ENTRY_BYTES);
        int mfra = out.begin("mfra");
        int tfra = out.beginFull("tfra", 1, 0);
        out.u32(MovieTrack.VIDEO_ID).u32(/* numbers of one byte */ 0).u32(count);
        for (int i = 0; i < count; i++) {
            out.u32((int) (ticks(i) >> 32))
                    .u32((int) ticks(i))
                    .u32((int) (offset(i) >> 32))
                    .u32((int) offset(i));
            out.u8(/* traf_number */ 1).u8(/* trun_number */ 1).u8(/* sample_number */ 1);
        }
        out.end(tfra);
        int mfro = out.beginFull("mfro", 0, 0);
        out.u32(FIXED_BYTES + count * ENTRY_BYTES);
        out.end(mfro);
        out.end(mfra);
        return out.written();
    }

    /**
     * Returns the size of the whole box.
     *
     * @param tail the box's last {@link #TAIL_BYTES}
     * @throws MalformedBitstreamException if this is no {@code mfro}
     */
    public static int sizeBytes(ByteBuffer tail) throws MalformedBitstreamException {
        int at = tail.position();
        int sizeBytes = tail.getInt(at + 12);
        if (tail.getInt(at + 4) != Boxes.type("mfro") || sizeBytes < FIXED_BYTES || sizeBytes > 1 << 24) {
            throw new MalformedBitstreamException("the list of key frames has its end", at, sizeBytes);
        }
        return sizeBytes;
    }

    /** Reads the whole box. */
    public static RandomAccess read(ByteBuffer mfra) throws MalformedBitstreamException {
        ByteBuffer tfra = Boxes.require(mfra, "mfra", "tfra").payload();
        int entries = tfra.remaining() < 16 ? -1 : tfra.getInt(12);
        if (entries < 0 || (long) entries * ENTRY_BYTES != tfra.remaining() - 16 || tfra.getInt(8) != 0) {
            throw new MalformedBitstreamException("the list of key frames has its entries", 0, entries);
        }
        RandomAccess read = new RandomAccess();
        tfra.position(16);
        for (int i = 0; i < entries; i++) {
            read.add(tfra.getLong(), tfra.getLong());
            tfra.position(tfra.position() + 3);
        }
        return read;
    }
}
