package dev.perch.h264;

import java.nio.ByteBuffer;

/** Looks for a recovery point message in an SEI NAL unit (ITU-T H.264 (08/2021) §7.3.2.3.1, §D.1.8) without reading other messages. */
final class RecoveryPoint {
    private static final int RECOVERY_POINT = 6; // payloadType

    private final ByteBuffer memory;
    private final int end;
    private int offset;
    private int zeros;

    private RecoveryPoint(ByteBuffer memory, int offset, int length) {
        this.memory = memory;
        this.offset = offset + 1;
        this.end = offset + length;
    }

    /** Returns whether the SEI NAL unit at {@code offset} holds a recovery point message. */
    static boolean in(ByteBuffer memory, int offset, int length) {
        return new RecoveryPoint(memory, offset, length).found();
    }

    /**
     * Returns the number of frames after which the picture is whole (recovery_frame_cnt, §D.2.8); 0 if the NAL unit has no such message, or a damaged
     * one.
     *
     * @param offset of the SEI NAL unit
     */
    static int frames(ByteBuffer memory, int offset, int length) {
        RecoveryPoint message = new RecoveryPoint(memory, offset, length);
        return message.found() ? message.expGolomb() : 0;
    }

    /** Reads an unsigned Exp-Golomb code (§9.1), of at most 16 bits after its zeros. */
    private int expGolomb() {
        long bits = 0;
        for (int i = 0; i < 5; i++) {
            bits = bits << 8 | Math.max(0, next());
        }
        int zerosInFront = Long.numberOfLeadingZeros(bits) - 24;
        return zerosInFront > 16 ? 0 : (int) (bits >> (39 - 2 * zerosInFront)) - 1;
    }

    private boolean found() {
        while (end - offset > 2) { // less is the trailing bits
            int payloadType = number();
            int payloadBytes = number();
            if (payloadType == RECOVERY_POINT && payloadBytes > 0) {
                return true;
            }
            for (int i = 0; i < payloadBytes && offset < end; i++) {
                next();
            }
        }
        return false;
    }

    /** Reads a number of several ff_byte and a last byte; its size is bounded by the NAL unit's. */
    private int number() {
        int sum = 0;
        int octet = next();
        while (octet == 0xff) {
            sum += octet;
            octet = next();
        }
        return sum + Math.max(octet, 0);
    }

    /** Returns the next payload byte, -1 at the end. */
    private int next() {
        if (offset < end && zeros >= 2 && memory.get(offset) == 3) { // emulation_prevention_three_byte
            offset++;
            zeros = 0;
        }
        if (offset >= end) {
            return -1;
        }
        int octet = memory.get(offset++) & 0xff;
        zeros = octet == 0 ? zeros + 1 : 0;
        return octet;
    }
}
