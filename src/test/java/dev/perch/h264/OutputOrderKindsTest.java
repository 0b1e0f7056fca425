package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the output order of fields, of picture order count types 1 and 2, and of encoders' streams. */
class OutputOrderKindsTest extends DecodedPictures {
    /** Each field is a picture of its own. */
    @Test
    void fieldPairs() throws Exception {
        interlaced = true;
        declare(100, 1);
        decode("I0 P1 P6 P7 b2 b3 b4 b5 P12 P13 b8 b9 b10 b11");
        assertEquals(List.of(0, 1, 4, 5, 6, 7, 2, 3, 10, 11, 12, 13, 8, 9), output());
        assertEvenlyShown(2);
    }

    /** Both fields of a frame come in one access unit, as from the splitter, between frames. */
    @Test
    void fieldPairsInOneAccessUnit() throws Exception {
        interlaced = true;
        declare(100, 1);
        for (int gop = 0; gop < 40; gop++) {
            for (int lsb : gop == 0 ? new int[] {0, 6, 2, 4} : new int[] {6 * gop + 6, 6 * gop + 2, 6 * gop + 4}) {
                boolean first = lsb == 0;
                boolean between = lsb % 6 != 0;
                read(
                        slice(first ? I : between ? B : P, first, !between, lsb),
                        slice(between ? B : P, false, !between, lsb + 1));
            }
        }
        assertEquals(List.of(0, 2, 3, 1, 5, 6, 4), output().subList(0, 7));
        assertEvenlyShown(1);
    }

    /** Type 1: frame_num and a cycle of offsets tell the order (§8.2.1.2): here a reference frame is three frames on, the others lie between. */
    @Test
    void orderOfTypeOne() throws Exception {
        size(
                SpsWriter.begin(77, 1)
                        .ue(0)
                        .ue(1)
                        .u(1, 0)
                        .se(-6)
                        .se(1)
                        .ue(1)
                        .se(6)
                        .ue(4)
                        .u(1, 0),
                1);
        typeOne(I, true, true, 0, 0);
        for (int i = 1; i < 40; i++) {
            typeOne(P, false, true, i, 0);
            typeOne(B, false, false, i + 1, 2);
            typeOne(B, false, false, i + 1, 4);
        }
        assertEquals(List.of(0, 2, 3, 1, 5, 6, 4), output().subList(0, 7));
        assertEvenlyShown(1);
    }

    private void typeOne(int type, boolean idr, boolean reference, int frameNum, int delta) {
        SpsWriter nal = new SpsWriter().u(8, (reference ? 0x60 : 0) | (idr ? 5 : 1));
        nal.ue(0).ue(type).ue(0).u(4, frameNum & 15);
        if (idr) {
            nal.ue(0);
        }
        read(nal.se(delta).u(8, 0xff));
    }

    @Test
    void orderOfTypeTwo_isDecodingOrder() throws Exception {
        set(SpsWriter.begin(77, 1).order().frames(20, 12).u(1, 0).u(1, 0));
        for (int i = 0; i < 20; i++) {
            SpsWriter nal = new SpsWriter()
                    .u(8, i == 0 ? 0x65 : 0x61)
                    .ue(0)
                    .ue(i == 0 ? I : P)
                    .ue(0)
                    .u(4, i & 15);
            read((i == 0 ? nal.ue(0) : nal).u(8, 0xff));
        }
        times.forEach(time -> assertEquals(0, time.presentationOffsetNanos() + time.presentationOrder()));
    }

    /** In encoders' streams, reordered pictures come out evenly and the others unchanged. */
    @ParameterizedTest
    @CsvSource({
        "h264/x264-main-bframes.h264, 2", "h264/x264-open-gop.h264, 2", "cases/b-frames.h264, 2",
                "h264/x264-interlaced.h264, 0",
        "h264/x264-baseline.h264, 0", "h264/openh264-high.h264, 0", "h264/x264-intra-refresh.h264, 0",
                "cases/paff.h264, 0"
    })
    void corpus(String file, int depth) throws Exception {
        for (Bytes unit : Streams.accessUnits(Corpus.read(file), 64 << 10)) {
            for (Bytes nal : Streams.nals(unit)) {
                int type = NalTable.type(nal.at(0));
                if (type == NalTable.SPS || type == NalTable.PPS) {
                    sets.remember(nal.buffer(), 0, nal.size());
                }
            }
            read(unit);
        }
        assertTrue(times.size() > 4);
        if (depth == 0) {
            times.forEach(time -> assertEquals(0, time.presentationOffsetNanos()));
        } else {
            assertEvenlyShown(depth);
        }
    }
}
