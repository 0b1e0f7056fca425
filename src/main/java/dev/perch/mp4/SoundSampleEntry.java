package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;

/** The sample entry of an AAC track: {@code mp4a} with {@code esds}. */
final class SoundSampleEntry implements SampleEntry {
    private static final int ES_DESCRIPTOR = 3; // ISO/IEC 14496-1:2010 §7.2.2.1, table 1
    private static final int DECODER_CONFIG_DESCRIPTOR = 4;
    private static final int DECODER_SPECIFIC_INFO = 5;
    private static final int SL_CONFIG_DESCRIPTOR = 6;

    /** The objectTypeIndication of Audio ISO/IEC 14496-3 (§7.2.6.6.2). */
    private static final int MPEG_4_AUDIO = 0x40;

    /** streamType 5, AudioStream (§7.2.6.6.2); upStream 0; reserved 1. */
    private static final int AUDIO_STREAM = 5 << 2 | 1;

    /** An access unit in a file carries nothing of the sync layer (ISO/IEC 14496-14:2003 §3.1.2). */
    private static final int PREDEFINED_FOR_FILES = 2;

    private static final int DECODER_CONFIG_BYTES = 13;

    /** The sample rate has 16 bits. */
    private static final int MOST_TOLD_HZ = 0xffff;

    private final StreamConfig.Aac config;

    SoundSampleEntry(StreamConfig.Aac config) {
        this.config = config;
    }

    @Override
    public int mostBytes() {
        return 100 + config.audioSpecificConfig().size();
    }

    @Override
    public void volumeAndSize(BoxWriter out) {
        out.u16(/* volume */ 0x0100).zeros(2);
        BoxWriter.matrix(out);
        out.zeros(8);
    }

    @Override
    public String handler() {
        return "soun";
    }

    @Override
    public String handlerName() {
        return "SoundHandler";
    }

    /** Writes smhd, ISO/IEC 14496-12:2015 §12.2.2. */
    @Override
    public void mediaHeader(BoxWriter out) {
        int smhd = out.beginFull("smhd", 0, 0);
        out.u16(/* balance */ 0).zeros(2);
        out.end(smhd);
    }

    /**
     * ISO/IEC 14496-12:2015 §12.2.3 (AudioSampleEntry), ISO/IEC 14496-14:2003 §5.6.
     *
     * <pre>
     * mp4a
     *   esds
     * </pre>
     */
    @Override
    public void write(BoxWriter out) {
        int mp4a = out.begin("mp4a");
        out.zeros(6).u16(/* data_reference_index */ 1).zeros(8);
        out.u16(config.channels()).u16(/* samplesize */ 16).zeros(4);
        int rate = config.sampleRateHz() <= MOST_TOLD_HZ ? config.sampleRateHz() : 0; // the AudioSpecificConfig says it
        out.u16(rate).u16(0);
        esds(out);
        out.end(mp4a);
    }

    /**
     * ISO/IEC 14496-14:2003 §5.6, with the descriptors of ISO/IEC 14496-1:2010 §7.2.6.
     *
     * <pre>
     * ES_Descriptor
     *   DecoderConfigDescriptor
     *     DecoderSpecificInfo     the AudioSpecificConfig
     *   SLConfigDescriptor
     * </pre>
     */
    private void esds(BoxWriter out) {
        Bytes specific = config.audioSpecificConfig();
        int specificBytes = descriptorBytes(specific.size());
        int decoderBytes = descriptorBytes(DECODER_CONFIG_BYTES + specificBytes);
        int syncBytes = descriptorBytes(1);
        int esds = out.beginFull("esds", 0, 0);
        descriptor(out, ES_DESCRIPTOR, 3 + decoderBytes + syncBytes);
        out.u16(/* ES_ID, of a file's own tracks */ 0).u8(/* no dependence, no URL, no OCR */ 0);
        descriptor(out, DECODER_CONFIG_DESCRIPTOR, DECODER_CONFIG_BYTES + specificBytes);
        out.u8(MPEG_4_AUDIO).u8(AUDIO_STREAM);
        out.zeros(/* bufferSizeDB */ 3).u32(/* maxBitrate, not known */ 0).u32(/* avgBitrate, variable */ 0);
        descriptor(out, DECODER_SPECIFIC_INFO, specific.size());
        out.bytes(specific);
        descriptor(out, SL_CONFIG_DESCRIPTOR, 1);
        out.u8(PREDEFINED_FOR_FILES);
        out.end(esds);
    }

    /** Writes a descriptor's tag and size: seven bits a byte, the highest first, all but the last marked (§8.3.3). */
    private static void descriptor(BoxWriter out, int tag, int sizeBytes) {
        out.u8(tag);
        for (int shift = 7 * (sizeOfSize(sizeBytes) - 1); shift > 0; shift -= 7) {
            out.u8(0x80 | ((sizeBytes >> shift) & 0x7f));
        }
        out.u8(sizeBytes & 0x7f);
    }

    private static int descriptorBytes(int sizeBytes) {
        return 1 + sizeOfSize(sizeBytes) + sizeBytes;
    }

    private static int sizeOfSize(int sizeBytes) {
        return sizeBytes < 1 << 7 ? 1 : sizeBytes < 1 << 14 ? 2 : 3;
    }
}
