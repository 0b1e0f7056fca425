package dev.perch.h264;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.io.ByteArrayOutputStream;

/** Writes the payload of a NAL unit bit by bit, with emulation prevention (ITU-T H.264 (08/2021) §7.3.1, §7.4.1). */
final class NalWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int current;
    private int bits;
    private int zeros;

    /**
     * Begins a NAL unit.
     *
     * @param header nal_ref_idc and nal_unit_type
     */
    NalWriter(int header) {
        out.write(header);
    }

    /**
     * Returns the NAL unit's first {@code keptBits} bits after its header, then a 0, which is the flag of the omitted part, then the trailing bits.
     */
    static Bytes withoutRest(Bytes nal, int keptBits) {
        NalWriter writer = new NalWriter(nal.at(0));
        BitReader reader = new BitReader(nal);
        try {
            for (int i = 0; i < keptBits; i++) {
                writer.bit(reader.flag());
            }
        } catch (MalformedBitstreamException early) {
            throw new IllegalArgumentException("fewer bits than were read before: keptBits=" + keptBits, early);
        }
        writer.bit(false);
        return Bytes.copyOf(writer.end());
    }

    /** Appends rbsp_trailing_bits() (§7.3.2.11), and returns the NAL unit. */
    byte[] end() {
        bit(true); // rbsp_stop_one_bit
        while (bits != 0) {
            bit(false);
        }
        return out.toByteArray();
    }

    /** Writes u(n): the low {@code length} bits of {@code value}, the highest first. */
    NalWriter u(int length, int value) {
        for (int i = length - 1; i >= 0; i--) {
            bit((value >> i & 1) != 0);
        }
        return this;
    }

    /** Writes ue(v) (§9.1). */
    NalWriter ue(int value) {
        int length = 32 - Integer.numberOfLeadingZeros(value + 1);
        return u(length - 1, 0).u(length, value + 1);
    }

    /** Writes se(v) (§9.1.1). */
    NalWriter se(int value) {
        return ue(value > 0 ? 2 * value - 1 : -2 * value);
    }

    private void bit(boolean set) {
        current = current << 1 | (set ? 1 : 0);
        if (++bits == 8) {
            octet(current);
            current = 0;
            bits = 0;
        }
    }

    private void octet(int value) {
        if (zeros >= 2 && value <= 3) {
            out.write(3); // emulation_prevention_three_byte
            zeros = 0;
        }
        out.write(value);
        zeros = value == 0 ? zeros + 1 : 0;
    }
}
