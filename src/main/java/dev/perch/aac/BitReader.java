package dev.perch.aac;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;

/** Reads bit fields, most significant bit first (uimsbf of ISO/IEC 14496-3). Not thread-safe. */
final class BitReader {
    private final Bytes bytes;
    private int at; // in bits

    BitReader(Bytes bytes) {
        this.bytes = bytes;
    }

    /** Returns the next {@code count} bits, at most 24, as a number. */
    int bits(int count) throws MalformedBitstreamException {
        if (count > left()) {
            throw new MalformedBitstreamException("AudioSpecificConfig ends early", bytes.size(), count - left());
        }
        int value = 0;
        for (int i = 0; i < count; i++, at++) {
            value = (value << 1) | ((bytes.at(at >> 3) >> (7 - (at & 7))) & 1);
        }
        return value;
    }

    boolean flag() throws MalformedBitstreamException {
        return bits(1) == 1;
    }

    void skip(int count) throws MalformedBitstreamException {
        for (int left = count; left > 0; left -= 24) {
            bits(Math.min(left, 24));
        }
    }

    /** Moves on to the next whole byte. */
    void align() {
        at = (at + 7) & ~7;
    }

    int left() {
        return Math.max(0, 8 * bytes.size() - at);
    }

    int offsetBytes() {
        return at >> 3;
    }
}
