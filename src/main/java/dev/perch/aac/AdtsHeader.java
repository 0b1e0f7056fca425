package dev.perch.aac;

import java.nio.ByteBuffer;

/**
 * The fields of an ADTS header (ISO/IEC 14496-3:2009 §1.A.2.2), read in place.
 *
 * <pre>
 *  syncword 12 | ID 1 | layer 2 | protection_absent 1 | profile 2 | sampling_frequency_index 4 | private_bit 1 | channel_configuration 3
 *   | original_copy 1 | home 1 || copyright 2 | aac_frame_length 13 | adts_buffer_fullness 11 | number_of_raw_data_blocks_in_frame 2 (| crc_check 16)
 * </pre>
 */
final class AdtsHeader {
    /** The size of a header without checksum. */
    static final int BYTES = 7;

    /** The most bytes of a frame: aac_frame_length has 13 bits. */
    static final int MAX_FRAME_BYTES = 8191;

    private static final int CRC_BYTES = 2;

    private AdtsHeader() {}

    /** Returns whether a header may begin at {@code at}, judging by the bytes before {@code limit}; true if there are none. */
    static boolean possible(ByteBuffer memory, int at, int limit) {
        int known = limit - at;
        return (known < 1 || memory.get(at) == (byte) 0xff)
                && (known < 2 || (memory.get(at + 1) & 0xf6) == 0xf0)
                && (known < 3 || SamplingRates.hz(memory.get(at + 2) >> 2 & 0xf) != 0)
                && (known < 6 || frameBytes(memory, at) > headerBytes(memory, at));
    }

    /**
     * Returns the fixed header, which all frames of a stream share, without protection_absent and the bits that mean nothing to a decoder.
     */
    static int fixed(ByteBuffer memory, int at) {
        return memory.getInt(at) & 0xfffe_fdc0;
    }

    static int headerBytes(ByteBuffer memory, int at) {
        return BYTES + ((memory.get(at + 1) & 1) == 0 ? CRC_BYTES : 0);
    }

    /** Returns aac_frame_length, the frame's size with its header. */
    static int frameBytes(ByteBuffer memory, int at) {
        return (memory.get(at + 3) & 3) << 11 | (memory.get(at + 4) & 0xff) << 3 | (memory.get(at + 5) & 0xff) >> 5;
    }

    /** Returns the number of raw data blocks in the frame. */
    static int blocks(ByteBuffer memory, int at) {
        return 1 + (memory.get(at + 6) & 3);
    }

    static int objectType(int fixed) {
        return 1 + (fixed >> 14 & 3);
    }

    static int rateHz(int fixed) {
        return SamplingRates.hz(fixed >> 10 & 0xf);
    }

    static int channelConfiguration(int fixed) {
        return fixed >> 6 & 7;
    }

    /** Returns the equivalent AudioSpecificConfig; its channels are 0 if only the blocks tell them. */
    static AudioSpecificConfig config(int fixed) {
        int rateHz = rateHz(fixed);
        int configuration = channelConfiguration(fixed);
        BitWriter writer = new BitWriter(2)
                .bits(objectType(fixed), 5)
                .bits(SamplingRates.index(rateHz), 4)
                .bits(configuration, 4)
                .bits(0, 3);
        return new AudioSpecificConfig(
                objectType(fixed),
                rateHz,
                ChannelConfiguration.channels(configuration),
                false,
                false,
                false,
                rateHz,
                writer.toBytes());
    }
}
