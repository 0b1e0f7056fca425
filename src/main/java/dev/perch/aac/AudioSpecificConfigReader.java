package dev.perch.aac;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;

/**
 * Reads an AudioSpecificConfig (ISO/IEC 14496-3:2009 §1.6.2.1).
 *
 * <pre>
 *  audioObjectType 5 (+6) | samplingFrequencyIndex 4 (+24) | channelConfiguration 4
 *    | SBR told first: extension rate 4 (+24), audioObjectType 5 (+6)
 *    | GASpecificConfig: frameLengthFlag 1, dependsOnCoreCoder 1 (+14), extensionFlag 1, program_config_element …
 *    | SBR told last: syncExtensionType 11, extension type 5, sbrPresentFlag 1, extension rate 4 (+24), 11, psPresentFlag 1
 * </pre>
 */
final class AudioSpecificConfigReader {
    private static final int SBR_SYNC = 0x2b7;
    private static final int PS_SYNC = 0x548;

    private final Bytes bytes;
    private final BitReader in;
    private int channels;
    private boolean framesOf960;
    private boolean sbr;
    private boolean parametricStereo;
    private int outputRateHz;

    AudioSpecificConfigReader(Bytes bytes) {
        this.bytes = bytes;
        this.in = new BitReader(bytes);
    }

    AudioSpecificConfig read() throws MalformedBitstreamException {
        int objectType = objectType();
        int rateHz = rate();
        outputRateHz = rateHz;
        int configuration = in.bits(4);
        channels = ChannelConfiguration.channels(configuration);
        if (channels == 0 && configuration != 0) {
            throw new MalformedBitstreamException("reserved channelConfiguration", in.offsetBytes(), configuration);
        }
        if (objectType == AudioObjectType.SBR || objectType == AudioObjectType.PARAMETRIC_STEREO) {
            sbr = true;
            parametricStereo = objectType == AudioObjectType.PARAMETRIC_STEREO;
            outputRateHz = extensionRate(rateHz);
            objectType = objectType();
        }
        if (AudioObjectType.generalAudio(objectType)) {
            generalAudio(objectType);
            if (!sbr && objectType <= 4) {
                extension(rateHz);
            }
        }
        return new AudioSpecificConfig(
                objectType, rateHz, channels, framesOf960, sbr, parametricStereo, outputRateHz, bytes);
    }

    /** Parses GetAudioObjectType(), Table 1.16. */
    private int objectType() throws MalformedBitstreamException {
        int type = in.bits(5);
        return type == AudioObjectType.ESCAPE ? 32 + in.bits(6) : type;
    }

    private int rate() throws MalformedBitstreamException {
        int index = in.bits(4);
        int hz = index == SamplingRates.EXPLICIT ? in.bits(24) : SamplingRates.hz(index);
        if (hz == 0) {
            throw new MalformedBitstreamException("reserved sampling frequency", in.offsetBytes(), index);
        }
        return hz;
    }

    /** Returns the rate after the SBR tool, which doubles the core's or keeps it (§4.6.18.1). */
    private int extensionRate(int coreHz) throws MalformedBitstreamException {
        int hz = rate();
        if (hz != coreHz && hz != 2 * coreHz) {
            throw new MalformedBitstreamException("SBR neither keeps nor doubles the rate", in.offsetBytes(), hz);
        }
        return hz;
    }

    /** Parses GASpecificConfig(), Table 4.1, as far as the accepted object types have it. */
    private void generalAudio(int objectType) throws MalformedBitstreamException {
        framesOf960 = in.flag();
        if (in.flag()) { // dependsOnCoreCoder
            in.skip(14); // coreCoderDelay
        }
        boolean extension = in.flag();
        if (channels == 0) {
            programConfig();
        }
        if (objectType == AudioObjectType.AAC_SCALABLE || objectType == AudioObjectType.ER_AAC_SCALABLE) {
            in.skip(3); // layerNr
        }
        if (extension && objectType <= 4) {
            in.skip(1); // extensionFlag3
        }
    }

    /** Parses program_config_element(), Table 4.2: channels in an order that no channelConfiguration names. */
    private void programConfig() throws MalformedBitstreamException {
        in.skip(4 + 2 + 4); // element_instance_tag, object_type, sampling_frequency_index
        int front = in.bits(4);
        int side = in.bits(4);
        int back = in.bits(4);
        int lfe = in.bits(2);
        int data = in.bits(3);
        int coupling = in.bits(4);
        for (int mixdown : new int[] {4, 4, 3}) { // mono, stereo, matrix
            if (in.flag()) {
                in.skip(mixdown);
            }
        }
        for (int i = front + side + back; i > 0; i--) {
            channels += in.flag() ? 2 : 1; // element_is_cpe
            in.skip(4);
        }
        channels += lfe;
        in.skip(4 * lfe + 4 * data + 5 * coupling);
        in.align();
        in.skip(8 * in.bits(8)); // comment_field_data
    }

    /** Parses the backward compatible signalling of SBR and PS, behind the part that older decoders read (§1.6.5). */
    private void extension(int rateHz) throws MalformedBitstreamException {
        if (in.left() < 16 || in.bits(11) != SBR_SYNC || objectType() != AudioObjectType.SBR || !in.flag()) {
            return;
        }
        sbr = true;
        outputRateHz = extensionRate(rateHz);
        if (in.left() >= 12 && in.bits(11) == PS_SYNC) {
            parametricStereo = in.flag();
        }
    }
}
