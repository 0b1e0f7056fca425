package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import dev.perch.media.Corpus;
import dev.perch.media.FrameTime;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class AccessUnitSplitterTest {
    static Stream<List<String>> expected() {
        return Corpus.table("h264/expected.txt");
    }

    @ParameterizedTest
    @MethodSource("expected")
    void bytes_corpus_hasAsManyUnitsAsFfprobeFrames(List<String> row) {
        byte[] stream = Corpus.read("h264/" + row.get(0));
        List<Bytes> units = Streams.accessUnits(stream, stream.length);
        assertEquals(Integer.parseInt(row.get(8)), units.size());
        int sum = units.stream().mapToInt(Bytes::size).sum();
        assertEquals(stream.length, sum);
        units.forEach(unit -> assertTrue(AccessUnitSplitter.beginsAccessUnit(unit.buffer())));
    }

    @ParameterizedTest
    @MethodSource("expected")
    void bytes_anyPieces_makeTheSameUnits(List<String> row) {
        byte[] stream = Corpus.read("h264/" + row.get(0));
        List<Bytes> whole = Streams.accessUnits(stream, stream.length);
        for (int pieceBytes : new int[] {1, 2, 3, 5, 188, 4096}) {
            assertEquals(whole, Streams.accessUnits(stream, pieceBytes), () -> "pieces of " + pieceBytes);
        }
    }

    @Test
    void bytes_timeIsThatOfThePieceInWhichTheUnitBegan() {
        List<Long> times = new ArrayList<>();
        AccessUnitSplitter splitter = new AccessUnitSplitter(collector(times));
        feed(splitter, "ff00000165", 1); // undecided: the slice header's first byte is missing
        feed(splitter, "8811", 2);
        feed(splitter, "0000016522", 3); // a second slice of the picture
        feed(splitter, "00000141ee", 4);
        feed(splitter, "000001419900000106", 5);
        splitter.end();
        assertEquals(List.of(2L, 4L, 5L), times);
    }

    @Test
    void bytes_unitTooLong_isDroppedAndTheNextOneComes() {
        List<Long> times = new ArrayList<>();
        AccessUnitSplitter splitter = new AccessUnitSplitter(collector(times));
        feed(splitter, "0000016588", 1);
        byte[] long64k = new byte[64 << 10];
        Arrays.fill(long64k, (byte) 0x55);
        for (int sent = 0; sent <= H264Publisher.MAX_ACCESS_UNIT_BYTES; sent += long64k.length) {
            splitter.bytes(ByteBuffer.wrap(long64k), new FrameTime(2, 2));
        }
        feed(splitter, "0000016588ffff", 3);
        feed(splitter, "0000016588", 4);
        splitter.end();
        assertEquals(List.of(-1L, 3L, 4L), times);
    }

    @ParameterizedTest
    @CsvSource({"x264-high-slices.h264, 4", "openh264-slices.h264, 4"})
    void bytes_firstSlicesLost_tellsThePicturesApart(String file, int slices) {
        byte[] stream = Corpus.read("h264/" + file);
        List<List<Bytes>> pictures = new ArrayList<>();
        Streams.accessUnits(stream, stream.length).forEach(unit -> pictures.add(slices(unit)));
        for (int lost = 1; lost < slices; lost++) {
            List<List<Bytes>> expected = new ArrayList<>();
            List<Bytes> nals = new ArrayList<>(parameterSets(stream));
            for (int i = 0; i < pictures.size(); i++) {
                List<Bytes> left = pictures.get(i).subList(i % 2 == 1 ? lost : 0, slices);
                expected.add(left);
                nals.addAll(left);
            }
            Bytes damaged = Streams.annexB(nals);
            for (int pieceBytes : new int[] {1, 7, damaged.size()}) {
                List<List<Bytes>> units = new ArrayList<>();
                Streams.accessUnits(damaged.toArray(), pieceBytes).forEach(unit -> units.add(slices(unit)));
                assertEquals(expected, units);
            }
        }
    }

    @Test
    void bytes_fieldsOfAFrame_areOneUnit() {
        byte[] stream = Corpus.read("cases/paff.h264");
        for (int pieceBytes : new int[] {1, 100, stream.length}) {
            List<Bytes> units = Streams.accessUnits(stream, pieceBytes);
            assertEquals(14, units.size());
            units.forEach(unit -> assertEquals(2, slices(unit).size()));
        }
    }

    @Test
    void bytes_delimitersBetweenFields_areOneUnitStill() {
        byte[] stream = Corpus.read("cases/paff.h264");
        List<Bytes> nals = new ArrayList<>();
        for (Bytes nal : Streams.nals(Bytes.copyOf(stream))) {
            if (slice(nal)) {
                nals.add(Bytes.copyOf((byte) 0x09, (byte) 0xf0));
            }
            nals.add(nal);
        }
        Bytes delimited = Streams.annexB(nals);
        List<Bytes> units = Streams.accessUnits(delimited.toArray(), 64);
        assertEquals(14, units.size());
        assertEquals(delimited.size(), units.stream().mapToInt(Bytes::size).sum());
    }

    @Test
    void bytes_fieldWithoutItsOther_isAUnit() {
        List<Bytes> nals = new ArrayList<>(Streams.nals(Bytes.copyOf(Corpus.read("cases/paff.h264"))));
        List<Bytes> fields = nals.stream().filter(AccessUnitSplitterTest::slice).toList();
        nals.remove(fields.get(3)); // the second frame's second
        nals.remove(fields.get(4)); // the third frame's first
        assertEquals(
                List.of(2, 1, 1, 2),
                Streams.accessUnits(Streams.annexB(nals).toArray(), 512).stream()
                        .map(unit -> slices(unit).size())
                        .limit(4)
                        .toList());
    }

    @Test
    void bytes_prefixNalUnitBeforeEachSlice_doesNotCut() {
        byte[] stream = Corpus.read("h264/x264-high-slices.h264");
        List<Bytes> nals = new ArrayList<>();
        for (Bytes nal : Streams.nals(Bytes.copyOf(stream))) {
            if (slice(nal)) {
                nals.add(Bytes.copyOf((byte) 0x6e, (byte) 0x80, (byte) 0x80, (byte) 0x01));
            }
            nals.add(nal);
        }
        List<Bytes> units = Streams.accessUnits(Streams.annexB(nals).toArray(), 333);
        assertEquals(12, units.size());
        units.forEach(unit -> assertEquals(4, slices(unit).size()));
    }

    @Test
    void bytes_emptyAndReservedNalUnits_stayInTheirUnits() {
        byte[] stream = Corpus.read("h264/x264-high-slices.h264");
        List<Bytes> nals = new ArrayList<>();
        for (Bytes nal : Streams.nals(Bytes.copyOf(stream))) {
            nals.add(nal);
            nals.add(Bytes.empty());
            nals.add(Bytes.copyOf((byte) 0x16, (byte) 0x55)); // reserved
            nals.add(Bytes.copyOf((byte) 0x6d, (byte) 0x80)); // sequence parameter set extension
        }
        List<Bytes> units = Streams.accessUnits(Streams.annexB(nals).toArray(), 777);
        assertEquals(12, units.size());
        units.forEach(unit -> assertEquals(4, slices(unit).size()));
    }

    @Test
    void bytes_manyNalUnitsWithoutAPicture_areDroppedAndTheNextOneComes() {
        List<Long> times = new ArrayList<>();
        AccessUnitSplitter splitter = new AccessUnitSplitter(collector(times));
        for (int sent = 0; sent < 2 * NalTable.MAX_NAL_UNITS; sent++) {
            feed(splitter, "0000010910", 1);
        }
        assertEquals(64 << 10, splitter.capacityBytes());
        feed(splitter, "0000016588", 3);
        feed(splitter, "000001419a", 4);
        splitter.end();
        assertEquals(List.of(-1L, 1L, 4L), times);
    }

    @ParameterizedTest
    @CsvSource({
        "0000000167640028, true",
        "00000168ebe3, true",
        "0000010605ff, true",
        "000000010910, true",
        "0000016588, true",
        "000001419a, true",
        "000001411a, false", // first_mb_in_slice is not 0
        "88ff000001419a, false",
        "88ff, false",
        "'', false",
    })
    void beginsAccessUnit_asTheStandardSays(String hex, boolean begins) {
        assertEquals(
                begins,
                AccessUnitSplitter.beginsAccessUnit(
                        ByteBuffer.wrap(HexFormat.of().parseHex(hex))));
    }

    @Test
    void beginsAccessUnit_falseForHalvesOfAUnit() {
        byte[] stream = Corpus.read("h264/x264-high-slices.h264");
        for (Bytes unit : Streams.accessUnits(stream, stream.length)) {
            assertFalse(AccessUnitSplitter.beginsAccessUnit(
                    unit.slice(unit.size() / 2, unit.size()).buffer()));
        }
    }

    @Property(tries = 2000)
    void bytes_noise_throwsNothing(@ForAll byte[] noise) {
        List<Long> times = new ArrayList<>();
        AccessUnitSplitter splitter = new AccessUnitSplitter(collector(times));
        splitter.bytes(ByteBuffer.wrap(noise), new FrameTime(1, 1));
        splitter.end();
        assertTrue(times.size() <= noise.length / 4);
    }

    private static List<Bytes> slices(Bytes unit) {
        return Streams.nals(unit).stream().filter(AccessUnitSplitterTest::slice).toList();
    }

    private static boolean slice(Bytes nal) {
        int type = NalTable.type(nal.at(0));
        return type == NalTable.SLICE || type == NalTable.IDR_SLICE;
    }

    private static List<Bytes> parameterSets(byte[] stream) {
        return Streams.nals(Bytes.copyOf(stream)).stream()
                .filter(nal -> NalTable.type(nal.at(0)) == NalTable.SPS || NalTable.type(nal.at(0)) == NalTable.PPS)
                .limit(2)
                .toList();
    }

    private static void feed(AccessUnitSplitter splitter, String hex, long time) {
        splitter.bytes(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), new FrameTime(time, time));
    }

    /** Returns the times of the access units, -1 for a dropped one. */
    private static AccessUnitSplitter.Output collector(List<Long> times) {
        return new AccessUnitSplitter.Output() {
            @Override
            public void accessUnit(ByteBuffer annexB, FrameTime time) {
                times.add(time.decodeNanos());
            }

            @Override
            public void dropped() {
                times.add(-1L);
            }
        };
    }
}
