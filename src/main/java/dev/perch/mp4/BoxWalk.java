package dev.perch.mp4;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Walks the boxes of one level (ISO/IEC 14496-12:2015 §4.2), each within the bounds of its container. One instance is reused and allocates nothing.
 */
final class BoxWalk {
    static final int HEADER_BYTES = 8;

    private ByteBuffer in = ByteBuffer.allocate(0);
    private int next;
    private int last;
    private int type;
    private int begin;
    private int end;

    /** Begins with the box at {@code from}, an index in {@code bytes}; the level ends at {@code to}. */
    BoxWalk over(ByteBuffer bytes, int from, int to) {
        in = bytes;
        next = from;
        last = to;
        return this;
    }

    /** Begins with the first box within the current box of {@code outer}. */
    BoxWalk within(BoxWalk outer, int skippedBytes) {
        return over(outer.in, Math.min(outer.end, outer.begin + skippedBytes), outer.end);
    }

    /**
     * Moves to the next box.
     *
     * @return false at the end of the level
     */
    boolean next() throws MalformedBitstreamException {
        if (last - next < HEADER_BYTES) {
            return false;
        }
        int size = in.getInt(next);
        if (size < HEADER_BYTES || size > last - next) {
            throw new MalformedBitstreamException("a box is larger than what contains it", next, size);
        }
        type = in.getInt(next + Integer.BYTES);
        begin = next + HEADER_BYTES;
        end = next + size;
        next = end;
        return true;
    }

    /** Moves to the next box of {@code wanted}. Returns false if there is none. */
    boolean next(int wanted) throws MalformedBitstreamException {
        while (next()) {
            if (type == wanted) {
                return true;
            }
        }
        return false;
    }

    int type() {
        return type;
    }

    /** Returns the size of the current box without its header. */
    int sizeBytes() {
        return end - begin;
    }

    /** Returns the index of the current box's first byte behind its header. */
    int begin() {
        return begin;
    }

    int s32(int offset) throws MalformedBitstreamException {
        return in.getInt(checked(offset, Integer.BYTES));
    }

    long u32(int offset) throws MalformedBitstreamException {
        return s32(offset) & 0xffff_ffffL;
    }

    long s64(int offset) throws MalformedBitstreamException {
        return in.getLong(checked(offset, Long.BYTES));
    }

    int u16(int offset) throws MalformedBitstreamException {
        return in.getShort(checked(offset, Short.BYTES)) & 0xffff;
    }

    int u8(int offset) throws MalformedBitstreamException {
        return in.get(checked(offset, 1)) & 0xff;
    }

    /** Returns a view of the current box from {@code offset} on. */
    ByteBuffer rest(int offset) throws MalformedBitstreamException {
        int from = checked(offset, 0);
        return in.slice(from, end - from);
    }

    private int checked(int offset, int sizeBytes) throws MalformedBitstreamException {
        if (offset < 0 || sizeBytes() - sizeBytes < offset) {
            throw new MalformedBitstreamException("a box is too short", begin, sizeBytes());
        }
        return begin + offset;
    }
}
