package dev.perch.aac;

import dev.perch.media.Bytes;

/** Writes ADTS frames for tests (ISO/IEC 14496-3:2009 §1.A.2). */
public final class Adts {
    private Adts() {}

    /** Returns a frame of AAC-LC without checksum. */
    public static byte[] frame(int rateHz, int channels, Bytes rawDataBlock) {
        return frame(rateHz, channels, rawDataBlock, 1, false);
    }

    static byte[] frame(int rateHz, int channels, Bytes rawDataBlock, int blocks, boolean checksum) {
        int head = checksum ? 9 : 7;
        BitWriter out = new BitWriter(head + rawDataBlock.size())
                .bits(0xfff, 12)
                .bits(0, 3)
                .bits(checksum ? 0 : 1, 1)
                .bits(1, 2)
                .bits(SamplingRates.index(rateHz), 4)
                .bits(0, 1)
                .bits(ChannelConfiguration.of(channels), 3)
                .bits(0, 4)
                .bits(head + rawDataBlock.size(), 13)
                .bits(0x7ff, 11)
                .bits(blocks - 1, 2);
        if (checksum) {
            out.bits(0xabcd, 16);
        }
        for (int i = 0; i < rawDataBlock.size(); i++) {
            out.bits(rawDataBlock.at(i), 8);
        }
        return out.toBytes().toArray();
    }
}
