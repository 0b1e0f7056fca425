package dev.perch.h264;

import dev.perch.media.ByteSearch;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The places of an access unit's NAL units in a buffer in Annex B form (ITU-T H.264 (08/2021) Annex B). Reused from frame to frame, so that finding
 * them allocates nothing. Not thread-safe.
 *
 * <p>It holds offsets only, which are valid as long as the scanned memory is.
 */
public final class NalTable {
    /** The nal_unit_type values (Table 7-1) that this package acts on. */
    public static final int SLICE = 1;

    public static final int IDR_SLICE = 5;
    public static final int SEI = 6;
    public static final int SPS = 7;
    public static final int PPS = 8;
    public static final int ACCESS_UNIT_DELIMITER = 9;
    public static final int END_OF_STREAM = 11;
    public static final int FILLER_DATA = 12;

    /** The most NAL units of an access unit: 2160p in slices of one macroblock row has 135, in slices of 1,400 bytes at 40 Mbit/s and 30 fps 120. */
    static final int MAX_NAL_UNITS = 1024;

    private static final int START_CODE_BYTES = 3;
    private static final int CHUNK_BYTES = 4096;

    private int[] offsets = new int[16];
    private int[] lengths = new int[16];
    private int count;
    private byte[] chunk = {}; // a copied piece of a driver's memory

    /**
     * Finds the NAL units between position and limit, by absolute reads only: after start codes of three and of four bytes, with trailing zero bytes
     * cut off. Empty NAL units and those whose forbidden_zero_bit is set are left out, as decoders leave them out.
     *
     * @return false, and an empty table, if the bytes are no access unit: no start code at the beginning (apart from zero bytes), no NAL unit, or
     * more than {@value #MAX_NAL_UNITS} of them
     */
    public boolean scan(ByteBuffer annexB) {
        count = 0;
        int end = annexB.limit();
        int start = nextStartCode(annexB, annexB.position(), end);
        if (start < 0 || !zeros(annexB, annexB.position(), start)) {
            return false;
        }
        while (start >= 0) {
            int begin = start + START_CODE_BYTES;
            start = nextStartCode(annexB, begin, end);
            if (!add(annexB, begin, start < 0 ? end : start)) {
                count = 0;
                return false;
            }
        }
        return count > 0;
    }

    /** Returns the number of NAL units that the last scan found. */
    public int count() {
        return count;
    }

    /** Returns the beginning of NAL unit {@code index}: its header byte, as an absolute index in the scanned buffer. */
    public int offset(int index) {
        return offsets[index];
    }

    /** Returns the length of NAL unit {@code index} in bytes, including its header: at least 1, or 0 if it was left out. */
    public int length(int index) {
        return lengths[index];
    }

    /** Leaves NAL unit {@code index} out until the next scan. */
    void leaveOut(int index) {
        lengths[index] = 0;
    }

    /** Returns the nal_unit_type in a header byte. */
    public static int type(int header) {
        return header & 0x1f;
    }

    /**
     * Searches like {@link #indexOfStartCode}. A driver's memory is searched in copies of some KB: the JVM's first compiler reads arrays several
     * times faster.
     */
    private int nextStartCode(ByteBuffer memory, int from, int to) {
        if (memory.hasArray()) {
            int shift = memory.arrayOffset();
            int found = indexOfStartCode(memory.array(), from + shift, to + shift);
            return found < 0 ? -1 : found - shift;
        }
        if (chunk.length == 0) {
            chunk = new byte[CHUNK_BYTES];
        }
        for (int at = from; at + START_CODE_BYTES <= to; at += CHUNK_BYTES - (START_CODE_BYTES - 1)) {
            int count = Math.min(CHUNK_BYTES, to - at);
            memory.get(at, chunk, 0, count);
            int found = indexOfStartCode(chunk, 0, count);
            if (found >= 0) {
                return at + found;
            }
        }
        return -1;
    }

    /** Returns the index of the first {@code 00 00 01} in the range, or -1. In coded video one byte in 256 is zero. */
    static int indexOfStartCode(byte[] memory, int from, int to) {
        int last = to - START_CODE_BYTES;
        int at = from;
        while (at <= last) {
            if (memory[at] != 0) {
                at = ByteSearch.indexOf((byte) 0, memory, at + 1, last + 1);
                continue;
            }
            int third = memory[at + 2];
            if ((third & 0xfe) != 0) {
                at += START_CODE_BYTES; // none of the three can begin a start code
            } else if (third == 1 && memory[at + 1] == 0) {
                return at;
            } else {
                at++;
            }
        }
        return -1;
    }

    private boolean add(ByteBuffer memory, int begin, int limit) {
        int end = limit;
        while (end > begin
                && memory.get(end - 1) == 0) { // trailing_zero_8bits, or the next start code's zero_byte (§B.1.1)
            end--;
        }
        if (end == begin || memory.get(begin) < 0) {
            return true;
        }
        if (count == MAX_NAL_UNITS) {
            return false;
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        offsets[count] = begin;
        lengths[count] = end - begin;
        count++;
        return true;
    }

    private static boolean zeros(ByteBuffer memory, int from, int to) {
        for (int i = from; i < to; i++) {
            if (memory.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
