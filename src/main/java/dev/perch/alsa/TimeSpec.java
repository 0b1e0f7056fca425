package dev.perch.alsa;

import com.sun.jna.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A struct timespec that libasound fills. Where long has 32 bits, its seconds have 32 or 64: those of the time_t that the library was compiled with, which
 * Debian changed from 12 to 13.
 *
 * <pre>
 *  64 bits: seconds 8 | nanoseconds 8      32 bits: seconds 4 | nanoseconds 4      32 bits with a time_t of 64: seconds 8 | nanoseconds 4 | padding 4
 * </pre>
 */
final class TimeSpec {
    private static final int MARK = -1; // no number of nanoseconds

    private final ByteBuffer memory = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    private final boolean longOf64;

    TimeSpec() {
        this(Native.LONG_SIZE == 8);
    }

    TimeSpec(boolean longOf64) {
        this.longOf64 = longOf64;
    }

    /** Returns the memory to be filled, marked as empty. */
    ByteBuffer cleared() {
        memory.putLong(0, 0).putInt(8, MARK).putInt(12, 0);
        return memory;
    }

    /** Returns the time that was filled in, in nanoseconds. */
    long nanos() {
        if (longOf64 || memory.getInt(8) != MARK) {
            return memory.getLong(0) * 1_000_000_000 + memory.getInt(8);
        }
        return memory.getInt(0) * 1_000_000_000L + memory.getInt(4);
    }
}
