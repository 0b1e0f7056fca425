package dev.perch.alsa;

import java.nio.ByteBuffer;

/** The accepted sample formats, little-endian and signed. Of each sample the upper 16 bits are used. */
public enum SampleFormat {
    // alsa/pcm.h, snd_pcm_format_t
    S16(2, /* alsa= */ 2),
    S32(4, /* alsa= */ 10),
    S24_3(3, /* alsa= */ 32);

    private final int bytes;
    private final int alsa;

    SampleFormat(int bytes, int alsa) {
        this.bytes = bytes;
        this.alsa = alsa;
    }

    /** Returns the size of one sample. */
    int bytes() {
        return bytes;
    }

    /** Returns libasound's number. */
    int alsa() {
        return alsa;
    }

    /**
     * Returns the upper 16 bits of one sample.
     *
     * @param at the index of its first byte
     */
    short read(ByteBuffer memory, int at) {
        int low = memory.get(at + bytes - 2) & 0xff;
        return (short) (memory.get(at + bytes - 1) << 8 | low);
    }
}
