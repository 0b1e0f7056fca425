package dev.perch.media;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds a byte in memory, eight bytes at a time. It reads by {@link VarHandle}, which the JVM's first compiler, the only one on a small machine,
 * turns into one load; {@link ByteBuffer#getLong(int)} becomes a dozen calls and is five times slower.
 */
public final class ByteSearch {
    private static final VarHandle ARRAY = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final VarHandle BUFFER =
            MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LOW_BITS = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private ByteSearch() {}

    /**
     * Returns the index of the first byte {@code value} in [{@code from}, {@code to}), or {@code to} if there is none.
     *
     * @param memory read at absolute indices; its position does not move
     * @param to at most the buffer's limit
     */
    public static int indexOf(byte value, ByteBuffer memory, int from, int to) {
        if (memory.hasArray()) {
            int shift = memory.arrayOffset();
            return indexOf(value, memory.array(), from + shift, to + shift) - shift;
        }
        long pattern = (value & 0xffL) * LOW_BITS;
        int at = from;
        while (at + Long.BYTES <= to) {
            long zeros = (long) BUFFER.get(memory, at) ^ pattern; // bytes that are equal become zero
            if (((zeros - LOW_BITS) & ~zeros & HIGH_BITS) != 0) {
                break;
            }
            at += Long.BYTES;
        }
        while (at < to && memory.get(at) != value) {
            at++;
        }
        return Math.min(at, to);
    }

    /** Returns the index of the first byte {@code value} in [{@code from}, {@code to}), or {@code to} if there is none. */
    public static int indexOf(byte value, byte[] memory, int from, int to) {
        long pattern = (value & 0xffL) * LOW_BITS;
        int at = from;
        while (at + Long.BYTES <= to) {
            long zeros = (long) ARRAY.get(memory, at) ^ pattern;
            if (((zeros - LOW_BITS) & ~zeros & HIGH_BITS) != 0) {
                break;
            }
            at += Long.BYTES;
        }
        while (at < to && memory[at] != value) {
            at++;
        }
        return Math.min(at, to);
    }
}
