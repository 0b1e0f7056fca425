package dev.perch.codec;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The head of a WAVE file, which tells the form of samples on a pipe (Multimedia Programming Interface and Data Specifications 1.0, 1991, "WAVE").
 */
final class WavHead {
    private static final int BYTES = 44;
    private static final int PCM = 1; // wFormatTag
    private static final int UNKNOWN = -1;

    private WavHead() {}

    /**
     * Returns the head of S16_LE samples without end.
     *
     * <pre>
     *  RIFF size 4 WAVE | fmt_ 16: format 2, channels 2, frames a second 4, bytes a second 4, bytes a frame 2, bits a sample 2 | data size 4
     * </pre>
     */
    static byte[] endless(int rateHz, int channels) {
        int frameBytes = 2 * channels;
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(word("RIFF"))
                .putInt(UNKNOWN)
                .put(word("WAVE"))
                .put(word("fmt "))
                .putInt(16)
                .putShort((short) PCM)
                .putShort((short) channels)
                .putInt(rateHz)
                .putInt(rateHz * frameBytes)
                .putShort((short) frameBytes)
                .putShort((short) 16)
                .put(word("data"))
                .putInt(UNKNOWN)
                .array();
    }

    private static byte[] word(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
