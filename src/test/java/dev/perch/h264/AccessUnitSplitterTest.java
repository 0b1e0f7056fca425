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

    private static void feed(AccessUnitSplitter splitter, String hex, long time) {
        splitter.bytes(ByteBuffer.wrap(HexFormat.of().parseHex(hex)), new FrameTime(time, time));
    }

    /** Times of the units, -1 for a dropped one. */
    private static AccessUnitSplitter.Output collector(List<Long> times) {
        return new AccessUnitSplitter.Output() {
            @Override
            public void accessUnit(ByteBuffer annexB, FrameTime time) {
                times.add(time.monotonicNanos());
            }

            @Override
            public void dropped() {
                times.add(-1L);
            }
        };
    }
}
