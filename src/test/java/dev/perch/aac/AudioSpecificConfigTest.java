package dev.perch.aac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudioSpecificConfigTest {
    /** The first five are what ffmpeg and fdk-aac write; the others were put together bit by bit from Table 1.15. */
    @ParameterizedTest
    @CsvSource({
        "1190,               2, 48000, 2, 48000, 2, 1024, mp4a.40.2",
        "1188,               2, 48000, 1, 48000, 1, 1024, mp4a.40.2",
        "1208,               2, 44100, 1, 44100, 1, 1024, mp4a.40.2",
        "1408,               2, 16000, 1, 16000, 1, 1024, mp4a.40.2",
        "139056e5a54880,     2, 22050, 2, 44100, 2, 2048, mp4a.40.2",
        "2b920800,           2, 22050, 2, 44100, 2, 2048, mp4a.40.5",
        "eb8a0800,           2, 22050, 1, 44100, 2, 2048, mp4a.40.29",
        "11b0,               2, 48000, 6, 48000, 6, 1024, mp4a.40.2",
        "11b8,               2, 48000, 8, 48000, 8, 1024, mp4a.40.2",
        "0990,               1, 48000, 2, 48000, 2, 1024, mp4a.40.1",
        "17805c0010,         2, 47104, 2, 47104, 2, 1024, mp4a.40.2",
    })
    void parse(
            String hex,
            int type,
            int rate,
            int channels,
            int outputRate,
            int outputChannels,
            int samples,
            String codecs)
            throws MalformedBitstreamException {
        Bytes bytes = bytes(hex);
        AudioSpecificConfig config = AudioSpecificConfig.parse(bytes);
        assertEquals(type, config.objectType());
        assertEquals(rate, config.sampleRateHz());
        assertEquals(channels, config.channels());
        assertEquals(samples, config.samplesPerFrame());
        assertTrue(config.refusal().isEmpty(), config.refusal()::toString);
        StreamConfig.Aac stream = config.streamConfig();
        assertEquals(new StreamConfig.Aac(bytes, outputRate, outputChannels), stream);
        assertEquals(codecs, stream.codecs());
    }

    /** A program config element: front pair, side pair, LFE, with a comment of two bytes behind the alignment. */
    @Test
    void parse_programConfig_countsItsChannels() throws MalformedBitstreamException {
        BitWriter writer = new BitWriter(40).bits(2, 5).bits(3, 4).bits(0, 4).bits(0, 3);
        writer.bits(0, 4)
                .bits(1, 2)
                .bits(3, 4)
                .bits(1, 4)
                .bits(1, 4)
                .bits(0, 4)
                .bits(1, 2)
                .bits(0, 3)
                .bits(0, 4);
        writer.bits(0, 1).bits(1, 1).bits(5, 4).bits(0, 1); // a stereo mixdown
        writer.bits(1, 1).bits(0, 4).bits(1, 1).bits(1, 4).bits(0, 4);
        Bytes head = writer.toBytes();
        BitWriter whole = new BitWriter(40);
        for (int i = 0; i < head.size(); i++) {
            whole.bits(head.at(i), 8);
        }
        AudioSpecificConfig config = AudioSpecificConfig.parse(
                whole.bits(2, 8).bits('h', 8).bits('i', 8).toBytes());
        assertEquals(5, config.channels());
        assertTrue(config.refusal().isEmpty());
        assertTrue(Silence.frame(config).isPresent(), "as many as a configuration with a number has");
    }

    @ParameterizedTest
    @CsvSource({
        "1194,     The sound is AAC-LC with 960 samples a frame",
        "f8e85000, 'The sound is AAC-ELD, which browsers do not play'",
        "f9488c00, 'The sound is USAC (xHE-AAC), which'",
        "b990,     'The sound is AAC-LD, which'",
        "898800,   The sound is error resilient AAC-LC",
    })
    void refusal_namesWhatIsNotTaken(String hex, String sentence) throws MalformedBitstreamException {
        String refusal = AudioSpecificConfig.parse(bytes(hex)).refusal().orElseThrow();
        assertTrue(refusal.startsWith(sentence), refusal);
    }

    @ParameterizedTest
    @CsvSource({"11", "1690", "11c0", "1780", "''", "2b980800"})
    void parse_damaged_throwsMalformed(String hex) {
        assertThrows(MalformedBitstreamException.class, () -> AudioSpecificConfig.parse(bytes(hex)));
    }

    @Test
    void parse_cutAnywhere_throwsMalformedOrIsTheCore() throws MalformedBitstreamException {
        Bytes whole = bytes("139056e5a54880");
        for (int size = 0; size < whole.size(); size++) {
            Bytes cut = whole.slice(0, size);
            if (size < 2) {
                assertThrows(MalformedBitstreamException.class, () -> AudioSpecificConfig.parse(cut));
            } else if (size < 4) {
                assertFalse(AudioSpecificConfig.parse(cut).sbr());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"48000, 2", "44100, 1", "16000, 1", "8000, 2", "96000, 6", "47999, 8"})
    void lc_isReadBack(int rate, int channels) throws MalformedBitstreamException {
        AudioSpecificConfig config = AudioSpecificConfig.lc(rate, channels);
        assertEquals(config, AudioSpecificConfig.parse(config.bytes()));
    }

    @Test
    void lc_ofNoSuchChannels_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> AudioSpecificConfig.lc(48_000, 7));
        assertThrows(IllegalArgumentException.class, () -> AudioSpecificConfig.lc(0, 2));
    }

    private static Bytes bytes(String hex) {
        return Bytes.copyOf(HexFormat.of().parseHex(hex));
    }
}
