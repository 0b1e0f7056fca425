package dev.perch.mp4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.perch.h264.Streams;
import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.Golden;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitSegmentTest {
    /** Baseline has no high profile fields; hrd-sar has pasp; high10 has colr and 10 bits. */
    @ParameterizedTest
    @ValueSource(strings = {"x264-baseline", "openh264-high", "x264-hrd-sar", "x264-high10"})
    void video_boxTree(String stream) {
        Golden.assertGolden("mp4/init-" + stream + ".txt", BoxDump.of(InitSegment.video(config(stream + ".h264"))));
    }

    @Test
    void hybrid_boxTree() {
        Bytes segment = InitSegment.hybrid(config("x264-baseline.h264"), new InitSegment.FirstSample(1000, 3000));
        Golden.assertGolden("mp4/init-hybrid.txt", BoxDump.of(segment));
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
        String dump = BoxDump.of(InitSegment.video(config(stream.replace("h264/", ""))));
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
        assertThrows(IllegalArgumentException.class, () -> InitSegment.video(config));
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
