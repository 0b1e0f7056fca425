package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;

/** Reads the syntax elements of a NAL unit's payload, stepping over emulation prevention bytes (ITU-T H.264 (08/2021) §7.3.1, §9.1). */
final class BitReader {
    private final Bytes nal;
    private int offset;
    private int current;
    private int bitsLeft;
    private int zeros;

    /** Begins behind the one-byte NAL unit header. */
    BitReader(Bytes nal) {
        this.nal = nal;
        this.offset = 1;
    }

    /** Where the reader stands, as the exceptions name it. */
    int offsetBytes() {
        return offset;
    }

    /** {@code u(1)}. */
    boolean flag() throws MalformedBitstreamException {
        if (bitsLeft == 0) {
            nextByte();
        }
        bitsLeft--;
        return (current >> bitsLeft & 1) != 0;
    }

    /** {@code u(n)}, n up to 32, as an unsigned number. */
    long bits(int count) throws MalformedBitstreamException {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | (flag() ? 1 : 0);
        }
        return value;
    }

    /** {@code ue(v)}, §9.1: at most 2^32 - 2. */
    long unsigned() throws MalformedBitstreamException {
        int leadingZeroBits = 0;
        while (!flag()) {
            leadingZeroBits++;
            if (leadingZeroBits > 32) {
                throw malformed("Exp-Golomb code is too long", leadingZeroBits);
            }
        }
        return (1L << leadingZeroBits) - 1 + bits(leadingZeroBits);
    }

    /** {@code ue(v)} that the standard holds to a range. */
    int unsigned(String element, int max) throws MalformedBitstreamException {
        long value = unsigned();
        if (value > max) {
            throw malformed(element + " is out of range", value);
        }
        return (int) value;
    }

    /** {@code se(v)}, §9.1.1. */
    long signed() throws MalformedBitstreamException {
        long code = unsigned();
        return (code & 1) != 0 ? (code + 1) / 2 : -(code / 2);
    }

    MalformedBitstreamException malformed(String what, long value) {
        return new MalformedBitstreamException(what, offset, value);
    }

    private void nextByte() throws MalformedBitstreamException {
        if (offset < nal.size() && zeros >= 2 && nal.at(offset) == 3) { // emulation_prevention_three_byte
            offset++;
            zeros = 0;
        }
        if (offset >= nal.size()) {
            throw malformed("NAL unit ends early", nal.size());
        }
        current = nal.at(offset++);
        zeros = current == 0 ? zeros + 1 : 0;
        bitsLeft = 8;
    }
}
