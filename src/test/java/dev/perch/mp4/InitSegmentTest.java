package dev.perch.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.Golden;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitSegmentTest {
    /** Baseline has no high profile fields; hrd-sar has pasp; high10 has colr and 10 bits. */
    @ParameterizedTest
    @ValueSource(strings = {"x264-baseline", "openh264-high", "x264-hrd-sar", "x264-high10"})
    void video_boxTree(String stream) {
        Golden.assertGolden("mp4/init-" + stream + ".txt", BoxDump.of(InitSegment.video(config(stream + ".h264"), 0)));
    }

    @Test
    void hybrid_boxTree() {
        Bytes segment =
                InitSegment.hybrid(config("x264-baseline.h264"), new InitSegment.FirstSample(1000, 3000, false));
        Golden.assertGolden("mp4/init-hybrid.txt", BoxDump.of(segment));
    }

    /** AAC-LC beside H.264, heard from the end of the encoder's priming on, and 40 ms after the pictures begin. */
    @Test
    void pictureAndSound_boxTree() {
        Bytes segment = InitSegment.of(List.of(
                MovieTrack.of(config("x264-baseline.h264")),
                MovieTrack.of(sound(2)).from(1024).after(40)));
        Golden.assertGolden("mp4/init-sound.txt", BoxDump.of(segment));
    }

    /** ISO/IEC 14496-1 §8.3.3: seven bits of the size a byte. */
    @Test
    void sound_longConfiguration_hasLongDescriptorSizes() {
        byte[] segment = InitSegment.of(List.of(MovieTrack.of(sound(300)))).toArray();
        String hex = HexFormat.of().formatHex(segment);
        assertTrue(hex.contains("05822c1210"), "DecoderSpecificInfo of 300 bytes");
        assertTrue(hex.contains("04823c40150000000000000000000000"), "DecoderConfigDescriptor of 13 + 3 + 300");
        assertTrue(hex.contains("0382450000000482"), "ES_Descriptor of 3 + 319 + 3");
    }

    @Test
    void of_sameIdTwice_orNoTrack_orJpeg_isRefused() {
        MovieTrack sound = MovieTrack.of(sound(2));
        assertThrows(IllegalArgumentException.class, () -> InitSegment.of(List.of(sound, sound)));
        assertThrows(IllegalArgumentException.class, () -> InitSegment.of(List.of()));
        MovieTrack jpeg = MovieTrack.of(new StreamConfig.Jpeg(640, 480));
        assertThrows(IllegalArgumentException.class, () -> InitSegment.of(List.of(jpeg)));
    }

    private static StreamConfig.Aac sound(int configBytes) {
        byte[] config = new byte[configBytes];
        config[0] = 0x12;
        config[1] = 0x10;
        return new StreamConfig.Aac(Bytes.copyOf(config), 44_100, 2);
    }

    /** A stream that is reordered: what is shown begins at 0, though the first sample is shown later than decoded. */
    @Test
    void video_reordered_hasAnEditList() {
        StreamConfig.H264 config = config("x264-main-bframes.h264");
        ByteBuffer segment = InitSegment.video(config, 6000).buffer();
        String dump = BoxDump.of(Bytes.view(segment));
        assertTrue(dump.contains("elst 28"), dump);
        int elst = new String(InitSegment.video(config, 6000).toArray(), StandardCharsets.ISO_8859_1).indexOf("elst");
        assertEquals(
                List.of(1, 0, 6000, 0x1_0000),
                List.of(
                        segment.getInt(elst + 8),
                        segment.getInt(elst + 12),
                        segment.getInt(elst + 16),
                        segment.getInt(elst + 20)));
        assertEquals(
                36,
                InitSegment.video(config, 6000).size()
                        - InitSegment.video(config, 0).size());
    }

    /** FFmpeg counts the fragments' composition offsets on from those of the moov. */
    @Test
    void hybrid_reordered_tellsItsSamplesOffset() {
        StreamConfig.H264 config = config("x264-main-bframes.h264");
        String dump = BoxDump.of(InitSegment.hybrid(config, new InitSegment.FirstSample(1000, 3000, true)));
        assertTrue(dump.contains("ctts 24") && !dump.contains("elst"), dump);
    }

    @Test
    void fragment_composed_hasASignedOffset() {
        ByteBuffer out = ByteBuffer.allocate(2 * Fragment.MOST_HEAD_BYTES);
        Fragment fragment = new Fragment();
        fragment.at(1, 0).sample(3000, 0, true).composed(-5).write(out);
        assertEquals(Fragment.MOST_HEAD_BYTES, out.position());
        assertEquals(Fragment.MOST_HEAD_BYTES - 8, out.getInt(0));
        int trun = Fragment.MOST_HEAD_BYTES - 8 - 36;
        assertEquals(36, out.getInt(trun));
        assertEquals(0x0100_0f01, out.getInt(trun + 8));
        assertEquals(Fragment.MOST_HEAD_BYTES, out.getInt(trun + 16));
        assertEquals(-5, out.getInt(trun + 32));
        fragment.at(2, 3000).sample(3000, 0, false).write(out);
        assertEquals(Fragment.MOST_HEAD_BYTES + Fragment.HEAD_BYTES, out.position());
    }

    @Test
    void producerTime_isNtpsInUtc() {
        ByteBuffer out = ByteBuffer.allocate(ProducerTime.BYTES);
        // RFC 868: 1 January 1970 is 2208988800 = 0x83aa7e80 s after 1900
        ProducerTime.write(out, 1_500_000, 0x1_0000_0002L);
        assertEquals(
                "000000207072667401000018" + "00000001" + "83aa7e8180000000" + "0000000100000002",
                HexFormat.of().formatHex(out.array()));
    }

    @ParameterizedTest
    @MethodSource("dev.perch.media.Corpus#h264")
    void video_corpus_hasNoSamplesAndNoDuration(String stream) {
        String dump = BoxDump.of(InitSegment.video(config(stream.replace("h264/", "")), 0));
        assertFalse(dump.contains("mehd"));
        for (String table : new String[] {"stts 16", "stsc 16", "stsz 20", "stco 16"}) {
            assertEquals(
                    1, dump.lines().filter(line -> line.trim().equals(table)).count(), table);
        }
    }

    @Test
    void video_spsThatCannotBeRead_throws() {
        Bytes broken = Bytes.copyOf((byte) 0x67, (byte) 100, (byte) 0, (byte) 40);
        StreamConfig.H264 config = new StreamConfig.H264(broken, Bytes.copyOf((byte) 0x68, (byte) 1), 2, 2, 1);
        assertThrows(IllegalArgumentException.class, () -> InitSegment.video(config, 0));
    }

    @Test
    void fragment_boxTree() {
        ByteBuffer out = ByteBuffer.allocateDirect(2 * Fragment.HEAD_BYTES + Fragment.FREE_BOX_BYTES);
        Fragment fragment = new Fragment();
        fragment.at(1, 0).sample(3000, 0, true).write(out);
        assertEquals(Fragment.HEAD_BYTES, out.position());
        Fragment.freeBox(out);
        assertEquals(Fragment.HEAD_BYTES + Fragment.FREE_BOX_BYTES, out.position());
        fragment.at(-1, 0x1_2345_6789L).sample(90_000, 1000, false).write(out);
        Golden.assertGolden("mp4/fragments.txt", BoxDump.of(Bytes.view(out.flip())));
    }

    private static StreamConfig.H264 config(String stream) {
        return (StreamConfig.H264) Streams.publish(Corpus.read("h264/" + stream), 40_000_000)
                .configs()
                .get(0);
    }
}
