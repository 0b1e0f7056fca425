package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.MalformedBitstreamException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceParameterSetTest {
    private static final Bytes WITH_HRD = nalOf("x264-hrd-sar.h264");

    static Stream<List<String>> expected() {
        return Corpus.table("h264/expected.txt");
    }

    /** Compares the values with those of ffprobe for the same file. */
    @ParameterizedTest
    @MethodSource("expected")
    void parse_corpus_agreesWithFfprobe(List<String> row) throws MalformedBitstreamException {
        SequenceParameterSet sps = spsOf(row.get(0));
        assertEquals(profile(row.get(1)), profileName(sps));
        assertEquals(Integer.parseInt(row.get(2)), sps.levelIdc());
        assertEquals(Integer.parseInt(row.get(3)), sps.width());
        assertEquals(Integer.parseInt(row.get(4)), sps.height());
        assertEquals(row.get(5), pixelFormat(sps));
        assertEquals(row.get(10).equals("tt"), sps.interlaced());
        if (row.get(0).startsWith("x264")) {
            List<String> rate = List.of(row.get(6).split("/", -1));
            assertEquals(
                    Math.round(1e9 * Integer.parseInt(rate.get(1)) / Integer.parseInt(rate.get(0))), sps.frameNanos());
            assertEquals(Integer.parseInt(row.get(7)), sps.maxNumReorderFrames());
            assertEquals(row.get(11), sps.vui().sarWidth() + ":" + sps.vui().sarHeight());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // libx264, sizes and rates as ffprobe gives them; the first is cropped by 8 lines
        "67640028acd940780227e5c04400000fa40003a9803c60c658, 100, 40, 1920, 1080, 33366667, 2",
        "6742c01fd9005005bbff0003000410000003001000000303c0f1832480, 66, 31, 1280, 720, 33333333, 0",
        "674d402ad900a03db0110000030001000003001e0f183248, 77, 42, 640, 480, 66666667, 0",
    })
    void parse_vectors(String hex, int profile, int level, int width, int height, long frameNanos, int reorder)
            throws MalformedBitstreamException {
        SequenceParameterSet sps = SequenceParameterSet.parse(hex(hex));
        assertEquals(
                List.of(profile, level, width, height, reorder),
                List.of(sps.profileIdc(), sps.levelIdc(), sps.width(), sps.height(), sps.maxNumReorderFrames()));
        assertEquals(frameNanos, sps.frameNanos());
    }

    @Test
    void parse_colours_areThoseOfTheStream() throws MalformedBitstreamException {
        Vui high10 = spsOf("x264-high10.h264").vui();
        assertTrue(high10.colourDescribed());
        assertEquals(
                List.of(1, 1, 1),
                List.of(high10.colourPrimaries(), high10.transferCharacteristics(), high10.matrixCoefficients()));
        assertTrue(spsOf("x264-high444.h264").vui().fullRange());
    }

    @ParameterizedTest
    @MethodSource("expected")
    void parse_truncatedAtEveryLength_throwsMalformedOrLosesOnlyItsVui(List<String> row)
            throws MalformedBitstreamException {
        Bytes nal = nalOf(row.get(0));
        SequenceParameterSet whole = SequenceParameterSet.parse(nal);
        int readable = nal.size();
        while (readable > 0 && parsed(nal.slice(0, readable - 1))) {
            readable--;
        }
        for (int length = 0; length < nal.size(); length++) {
            assertEquals(length >= readable, parsed(nal.slice(0, length)), "length=" + length);
        }
        for (int length = readable; length < nal.size() - 1; length++) {
            SpsReader reader = new SpsReader(nal.slice(0, length));
            SequenceParameterSet cut = reader.read();
            assertEquals(List.of(whole.width(), whole.height()), List.of(cut.width(), cut.height()));
            SequenceParameterSet served = SequenceParameterSet.parse(reader.playable());
            assertEquals(Vui.ABSENT, withoutReordering(served.vui()));
            assertEquals(List.of(whole.width(), whole.order()), List.of(served.width(), served.order()));
        }
        assertTrue(whole.vui().equals(Vui.ABSENT) || readable < nal.size() - 1, "a VUI that cannot be cut");
    }

    /** The number is inferred for intra profiles. */
    private static Vui withoutReordering(Vui vui) {
        return vui.maxNumReorderFrames() == 0 ? Vui.ABSENT : vui;
    }

    @Property(tries = 2000)
    void parse_anyBytes_throwsNothingButMalformed(@ForAll byte[] noise) {
        byte[] nal = new byte[noise.length + 2];
        nal[0] = 0x67;
        nal[1] = 100;
        System.arraycopy(noise, 0, nal, 2, noise.length);
        parsed(Bytes.copyOf(nal));
        parsed(Bytes.copyOf(noise));
    }

    @Property(tries = 2000)
    void parse_oneByteChanged_throwsNothingButMalformed(@ForAll int where, @ForAll byte value) {
        byte[] nal = WITH_HRD.toArray();
        nal[Math.floorMod(where, nal.length)] = value;
        parsed(Bytes.copyOf(nal));
    }

    private static boolean parsed(Bytes nal) {
        try {
            SequenceParameterSet sps = SequenceParameterSet.parse(nal);
            assertTrue(sps.width() > 0 && sps.height() > 0, sps::toString);
            return true;
        } catch (MalformedBitstreamException malformed) {
            assertTrue(String.valueOf(malformed.getMessage()).contains("offset="));
            return false;
        }
    }

    private static Bytes nalOf(String file) {
        return Streams.nals(Bytes.copyOf(Corpus.read("h264/" + file))).stream()
                .filter(nal -> NalTable.type(nal.at(0)) == NalTable.SPS)
                .findFirst()
                .orElseThrow();
    }

    private static SequenceParameterSet spsOf(String file) throws MalformedBitstreamException {
        return SequenceParameterSet.parse(nalOf(file));
    }

    private static Bytes hex(String hex) {
        return Bytes.copyOf(HexFormat.of().parseHex(hex));
    }

    private static String profile(String ffprobe) {
        return ffprobe.replace("Constrained_", "").replace("_Predictive", "");
    }

    private static String profileName(SequenceParameterSet sps) {
        return switch (sps.profileIdc()) {
            case 66 -> "Baseline";
            case 77 -> "Main";
            case 100 -> "High";
            case 110 -> "High_10";
            case 122 -> "High_4:2:2";
            case 244 -> "High_4:4:4";
            default -> "profile_idc " + sps.profileIdc();
        };
    }

    private static String pixelFormat(SequenceParameterSet sps) {
        String format = List.of("gray", "yuv420p", "yuv422p", "yuv444p").get(sps.chromaFormatIdc());
        String full = sps.vui().fullRange() ? format.replace("yuv", "yuvj") : format;
        return sps.bitDepthLuma() == 8 ? full : format + sps.bitDepthLuma() + "le";
    }
}
