package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Reads the syntax elements of a NAL unit's payload, skipping emulation prevention bytes (ITU-T H.264 (08/2021) §7.3.1, §9.1). It can be set to
 * another NAL unit, so that reading one of each frame allocates nothing. Not thread-safe.
 */
final class BitReader {
    private ByteBuffer memory = ByteBuffer.allocate(0);
    private int begin;
    private int end;
    private int offset;
    private int current;
    private int bitsLeft;
    private int zeros;
    private int readBits;
    private boolean quiet;
    private boolean failed;

    /** Makes a reader that has nothing to read until {@link #set}. */
    BitReader() {}

    /** Makes a reader that begins after the one-byte NAL unit header. */
    BitReader(Bytes nal) {
        set(nal.buffer(), 0, nal.size());
    }

    /** Begins after the one-byte header of the NAL unit at {@code from}, an absolute index. */
    void set(ByteBuffer source, int from, int length) {
        memory = source;
        begin = from;
        end = from + length;
        offset = from + 1;
        bitsLeft = 0;
        zeros = 0;
        readBits = 0;
        quiet = false;
        failed = false;
    }

    /** Begins like {@link #set}, but nothing throws until the next such call: damage gives arbitrary values, and {@link #failed} tells. */
    void setQuietly(ByteBuffer source, int from, int length) {
        set(source, from, length);
        quiet = true;
    }

    /** Stops throwing from here on, as after {@link #setQuietly}. */
    void quietly() {
        quiet = true;
    }

    /** Returns whether damage was met since {@link #setQuietly}. */
    boolean failed() {
        return failed;
    }

    /** Returns the number of bits read, not counting emulation prevention. */
    int readBits() {
        return readBits;
    }

    /** Returns the reader's position in the NAL unit, as the exceptions name it. */
    int offsetBytes() {
        return offset - begin;
    }

    /** Reads {@code u(1)}. */
    boolean flag() throws MalformedBitstreamException {
        if (bitsLeft == 0) {
            nextByte();
        }
        bitsLeft--;
        readBits++;
        return (current >> bitsLeft & 1) != 0;
    }

    /** Reads {@code u(n)}, n up to 32, as an unsigned number. */
    long bits(int count) throws MalformedBitstreamException {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | (flag() ? 1 : 0);
        }
        return value;
    }

    /** Reads {@code ue(v)} (§9.1), at most 2^32 - 2. */
    long unsigned() throws MalformedBitstreamException {
        int leadingZeroBits = 0;
        while (!flag()) {
            leadingZeroBits++;
            if (leadingZeroBits > 32) {
                fail("Exp-Golomb code is too long", leadingZeroBits);
                return 0;
            }
        }
        return (1L << leadingZeroBits) - 1 + bits(leadingZeroBits);
    }

    /**
     * Reads {@code ue(v)} whose range the standard limits.
     *
     * @throws MalformedBitstreamException above {@code max}
     */
    int unsigned(String element, int max) throws MalformedBitstreamException {
        long value = unsigned();
        if (value > max) {
            fail(quiet ? element : element + " is above " + max, value);
            return 0;
        }
        return (int) value;
    }

    /** Reads {@code se(v)} (§9.1.1). */
    long signed() throws MalformedBitstreamException {
        long code = unsigned();
        return (code & 1) != 0 ? (code + 1) / 2 : -(code / 2);
    }

    private void fail(String what, long value) throws MalformedBitstreamException {
        if (!quiet) {
            throw malformed(what, value);
        }
        failed = true;
    }

    MalformedBitstreamException malformed(String what, long value) {
        return new MalformedBitstreamException(what, offsetBytes(), value);
    }

    private void nextByte() throws MalformedBitstreamException {
        if (offset < end && zeros >= 2 && memory.get(offset) == 3) { // emulation_prevention_three_byte
            offset++;
            zeros = 0;
        }
        if (offset >= end) {
            fail("NAL unit ends early", end - begin);
            current = 0xff; // ends any code
            bitsLeft = 8;
            return;
        }
        current = memory.get(offset++) & 0xff;
        zeros = current == 0 ? zeros + 1 : 0;
        bitsLeft = 8;
    }
}
