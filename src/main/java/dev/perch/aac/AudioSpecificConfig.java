package dev.perch.aac;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import java.util.Optional;

/**
 * The configuration of a decoder (ISO/IEC 14496-3:2009 §1.6.2.1): the kind of AAC, its rate and its channels.
 *
 * @param objectType the audio object type of the core coder (Table 1.17): 2 for AAC-LC, also below SBR
 * @param sampleRateHz of the core coder
 * @param channels of the core coder
 * @param framesOf960 frameLengthFlag: a frame has 960 samples, not 1024
 * @param sbr true if spectral band replication is signalled (HE-AAC)
 * @param parametricStereo true if parametric stereo is signalled (HE-AAC v2)
 * @param outputRateHz of the sound as heard, with SBR usually twice {@code sampleRateHz}
 * @param bytes the original bytes, trailing ones included
 */
public record AudioSpecificConfig(
        int objectType,
        int sampleRateHz,
        int channels,
        boolean framesOf960,
        boolean sbr,
        boolean parametricStereo,
        int outputRateHz,
        Bytes bytes) {
    /** AAC-LC, the object type that every player knows. */
    public static final int AAC_LC = 2;

    /** The most channels of a channel configuration that has a number (Table 1.19). */
    private static final int MOST_CHANNELS = 8;

    /** More than a configuration with a program config element and its comment has; those seen have 2 to 5 bytes. */
    public static final int MAX_BYTES = 512;

    /**
     * Parses an AudioSpecificConfig.
     *
     * @throws MalformedBitstreamException if it ends early, or names a reserved rate or channel configuration
     */
    public static AudioSpecificConfig parse(Bytes bytes) throws MalformedBitstreamException {
        if (bytes.size() > MAX_BYTES) {
            throw new MalformedBitstreamException("AudioSpecificConfig is too long", 0, bytes.size());
        }
        return new AudioSpecificConfigReader(bytes).read();
    }

    /**
     * Returns the configuration of AAC-LC with frames of 1024 samples.
     *
     * @param channels 1 to 6, or 8, in the order of Table 1.19
     */
    public static AudioSpecificConfig lc(int sampleRateHz, int channels) {
        if (sampleRateHz < 1 || sampleRateHz >= 1 << 24 || ChannelConfiguration.of(channels) == 0) {
            throw new IllegalArgumentException(
                    "no such AAC-LC: sampleRateHz=" + sampleRateHz + " channels=" + channels);
        }
        int index = SamplingRates.index(sampleRateHz);
        BitWriter writer = new BitWriter(5).bits(AAC_LC, 5).bits(index, 4);
        if (index == SamplingRates.EXPLICIT) {
            writer.bits(sampleRateHz, 24);
        }
        // frameLengthFlag, dependsOnCoreCoder, extensionFlag: GASpecificConfig(), §4.4.1
        Bytes bytes =
                writer.bits(ChannelConfiguration.of(channels), 4).bits(0, 3).toBytes();
        return new AudioSpecificConfig(AAC_LC, sampleRateHz, channels, false, false, false, sampleRateHz, bytes);
    }

    /** Returns why such sound is refused, as a sentence for people; empty if it is accepted. */
    public Optional<String> refusal() {
        String name = AudioObjectType.name(objectType);
        if (objectType < 1 || objectType > 4) {
            return Optional.of("The sound is " + name + ", which browsers do not play: AAC-LC and HE-AAC are taken.");
        }
        if (framesOf960) {
            return Optional.of("The sound is " + name
                    + " with 960 samples a frame, as digital radio has it: 1024 samples a frame are taken.");
        }
        if (channels == 0) {
            return Optional.of("The sound's description names no channels.");
        }
        if (channels > MOST_CHANNELS) {
            return Optional.of("The sound has " + channels + " channels: " + MOST_CHANNELS + " are the most.");
        }
        return Optional.empty();
    }

    /** Returns the samples of each channel in a frame, at {@link #outputRateHz}. */
    public int samplesPerFrame() {
        int core = framesOf960 ? 960 : 1024;
        return (int) ((long) core * outputRateHz / sampleRateHz);
    }

    /** Returns the number of channels heard: parametric stereo makes two from one. */
    public int outputChannels() {
        return parametricStereo && channels == 1 ? 2 : channels;
    }

    /** Returns the track's configuration. */
    public StreamConfig.Aac streamConfig() {
        return new StreamConfig.Aac(bytes, outputRateHz, outputChannels());
    }
}
