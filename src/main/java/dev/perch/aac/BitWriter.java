package dev.perch.aac;

import dev.perch.media.Bytes;

/** Writes bit fields, most significant bit first. Not thread-safe. */
final class BitWriter {
    private final byte[] bytes;
    private int at; // in bits

    BitWriter(int mostBytes) {
        bytes = new byte[mostBytes];
    }

    /** Appends the lowest {@code count} bits of {@code value}. */
    BitWriter bits(int value, int count) {
        for (int i = count - 1; i >= 0; i--, at++) {
            bytes[at >> 3] |= (byte) ((value >> i & 1) << (7 - (at & 7)));
        }
        return this;
    }

    /** Returns a copy of the bits written, the last byte filled up with zeros. */
    Bytes toBytes() {
        return Bytes.copyOf(bytes).slice(0, (at + 7) >> 3);
    }
}
