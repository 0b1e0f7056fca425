package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SliceHeaderTest {
    static Stream<String> files() {
        return Corpus.table("h264/slices.txt").map(row -> row.get(0)).distinct();
    }

    @ParameterizedTest
    @MethodSource("files")
    void read_corpus_isWhatFfmpegTraces(String file) throws MalformedBitstreamException {
        List<String> expected = Corpus.table("h264/slices.txt")
                .filter(row -> row.get(0).equals(file))
                .map(row -> String.join(" ", row.subList(1, row.size())))
                .toList();
        assertEquals(expected, headers(Bytes.copyOf(Corpus.read(file))).subList(0, expected.size()));
    }

    @Test
    void read_setsUnknown_saysSoAndTellsTheIds() throws MalformedBitstreamException {
        SliceHeader header = new SliceHeader();
        Bytes nal = new SpsWriter().u(8, 0x65).ue(7).ue(2).ue(5).u(32, 0).nal();
        header.read(nal.buffer(), 0, nal.size(), new ParameterSets());
        assertFalse(header.complete());
        assertEquals(List.of(7, 5), List.of(header.firstMbInSlice(), header.ppsId()));
        assertTrue(header.idr() && header.intra());
    }

    @Test
    void read_orderOfTypeOne_hasTheDeltas() throws MalformedBitstreamException {
        ParameterSets sets = new ParameterSets();
        remember(
                sets,
                SpsWriter.begin(66, 1)
                        .ue(3)
                        .ue(1)
                        .u(1, 0)
                        .se(-1)
                        .se(2)
                        .ue(0)
                        .ue(1)
                        .u(1, 0)
                        .frames(5, 4)
                        .u(1, 0)
                        .u(1, 0)
                        .nal());
        remember(sets, new SpsWriter().u(8, 0x68).ue(0).ue(0).u(1, 0).u(1, 1).nal());
        Bytes nal = new SpsWriter()
                .u(8, 0x41)
                .ue(0)
                .ue(5)
                .ue(0)
                .u(7, 99)
                .se(-3)
                .se(4)
                .nal();
        SliceHeader header = new SliceHeader();
        header.read(nal.buffer(), 0, nal.size(), sets);
        assertTrue(header.complete());
        assertEquals(
                List.of(99, -3, 4), List.of(header.frameNum(), header.deltaPicOrderCnt0(), header.deltaPicOrderCnt1()));
        for (int length = 1; length < nal.size(); length++) {
            int cut = length;
            assertThrows(MalformedBitstreamException.class, () -> header.read(nal.buffer(), 0, cut, sets));
        }
    }

    private static List<String> headers(Bytes stream) throws MalformedBitstreamException {
        ParameterSets sets = new ParameterSets();
        SliceHeader header = new SliceHeader();
        List<String> lines = new ArrayList<>();
        for (Bytes nal : Streams.nals(stream)) {
            int type = NalTable.type(nal.at(0));
            if (type == NalTable.SPS || type == NalTable.PPS) {
                remember(sets, nal);
            } else if (type == NalTable.SLICE || type == NalTable.IDR_SLICE) {
                header.read(nal.buffer(), 0, nal.size(), sets);
                lines.add(line(header, type, sliceType(nal)));
            }
        }
        return lines;
    }

    private static String line(SliceHeader header, int type, long sliceType) {
        assertEquals(sliceType % 5 == 2, header.intra());
        assertEquals(sliceType % 5 == 1, header.bidirectional());
        return Stream.of(
                        header.firstMbInSlice(),
                        sliceType,
                        header.nalRefIdc(),
                        type,
                        header.frameNum(),
                        header.fieldPic() ? 1 : 0,
                        header.bottomField() ? 1 : 0,
                        header.idrPicId(),
                        header.picOrderCntLsb(),
                        header.deltaPicOrderCntBottom())
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
    }

    private static long sliceType(Bytes nal) throws MalformedBitstreamException {
        BitReader in = new BitReader(nal);
        in.unsigned();
        return in.unsigned();
    }

    private static void remember(ParameterSets sets, Bytes nal) throws MalformedBitstreamException {
        ByteBuffer memory = nal.buffer();
        sets.remember(memory, 0, nal.size());
    }
}
