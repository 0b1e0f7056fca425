package dev.perch.h264;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NalTableTest {
    @ParameterizedTest
    @CsvSource({
        "00000165aabb, 65aabb",
        "0000000165aabb, 65aabb",
        "00000000000165aa00000141bb, 65aa 41bb",
        "00000165aa0000000000000141bb000000, 65aa 41bb",
        "00000165000003010000014100000302, 6500000301 4100000302",
        "0000010600000165, 06 65",
        "00000165000001, 65",
        "00000100000165aa, 65aa",
        "000001090000000100000001000000000165aa000001, 09 65aa",
        "00000165aa000001e5bb00000141cc, 65aa 41cc",
    })
    void scan_findsUnits(String annexB, String units) {
        Bytes bytes = Bytes.copyOf(HexFormat.of().parseHex(annexB));
        List<String> found = Streams.nals(bytes).stream().map(Bytes::toString).toList();
        assertEquals(List.of(units.split(" ", -1)), found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "00", "000001", "00000001", "aa00000165", "000001e5", "000001000001", "0000010000", "6588"})
    void scan_noAccessUnit_findsNothing(String annexB) {
        NalTable table = new NalTable();
        assertTrue(table.scan(ByteBuffer.wrap(HexFormat.of().parseHex("0000016588"))));
        assertFalse(table.scan(ByteBuffer.wrap(HexFormat.of().parseHex(annexB))));
        assertEquals(0, table.count());
    }

    @Test
    void scan_readsBetweenPositionAndLimit_heapAndDirect() {
        ByteBuffer heap = ByteBuffer.wrap(HexFormat.of().parseHex("ffff00000165aabb000001ff"));
        ByteBuffer direct = ByteBuffer.allocateDirect(12).put(0, heap, 0, 12);
        for (ByteBuffer buffer : List.of(heap, direct)) {
            buffer.position(2).limit(8);
            NalTable table = new NalTable();
            assertTrue(table.scan(buffer));
            assertEquals(List.of(1, 5, 3), List.of(table.count(), table.offset(0), table.length(0)));
            assertEquals(2, buffer.position());
        }
    }

    @Test
    void scan_tooManyUnits_isNoAccessUnit() {
        String units = "00000141".repeat(NalTable.MAX_NAL_UNITS);
        NalTable table = new NalTable();
        assertTrue(table.scan(ByteBuffer.wrap(HexFormat.of().parseHex(units))));
        assertEquals(NalTable.MAX_NAL_UNITS, table.count());
        assertFalse(table.scan(ByteBuffer.wrap(HexFormat.of().parseHex(units + "00000141"))));
    }

    /** Compares the table with the simplest search. */
    @Property(tries = 2000)
    void indexOfStartCode_isWhereAPlainSearchFindsIt(@ForAll("zerosAndOnes") byte[] memory, @ForAll int from) {
        int start = Math.floorMod(from, memory.length + 1);
        String hex = HexFormat.of().withDelimiter(" ").formatHex(memory).toUpperCase(Locale.ROOT);
        int plain = hex.indexOf("00 00 01", start * 3);
        int found = NalTable.indexOfStartCode(memory, start, memory.length);
        assertEquals(plain < 0 ? -1 : plain / 3, found);
    }

    /** Tests start codes at and across the ends of the pieces in which a driver's memory is searched. */
    @ParameterizedTest
    @ValueSource(ints = {4090, 4091, 4092, 4093, 4094, 4095, 4096, 4097, 8185, 8186, 8187, 8188, 8189})
    void scan_driversMemory_findsWhatIsFoundOnTheHeap(int firstBytes) {
        byte[] units = new byte[3 * 4096];
        Arrays.fill(units, (byte) 0x41);
        byte[] startCode = {0, 0, 1};
        System.arraycopy(startCode, 0, units, 0, 3);
        System.arraycopy(startCode, 0, units, firstBytes, 3);
        System.arraycopy(startCode, 0, units, units.length - 4, 3);
        ByteBuffer direct = ByteBuffer.allocateDirect(units.length).put(units).flip();
        NalTable table = new NalTable();
        assertTrue(table.scan(direct));
        assertEquals(3, table.count());
        assertEquals(
                List.of(3, firstBytes + 3, units.length - 1),
                List.of(table.offset(0), table.offset(1), table.offset(2)));
        NalTable onHeap = new NalTable();
        assertTrue(onHeap.scan(ByteBuffer.wrap(units)));
        assertEquals(onHeap.length(1), table.length(1));
    }

    @Property(tries = 2000)
    void scan_findsWhatWasWritten(@ForAll("units") List<byte[]> units) {
        List<Bytes> nals = new ArrayList<>();
        units.forEach(unit -> nals.add(Bytes.copyOf(unit)));
        assertEquals(nals, Streams.nals(Streams.annexB(nals)));
    }

    @Provide
    Arbitrary<byte[]> zerosAndOnes() {
        return Arbitraries.bytes()
                .between((byte) 0, (byte) 4)
                .array(byte[].class)
                .ofMaxSize(60);
    }

    @Provide
    Arbitrary<List<byte[]>> units() {
        return Arbitraries.bytes()
                .between((byte) 1, (byte) 0x7f)
                .array(byte[].class)
                .ofMinSize(1)
                .ofMaxSize(40)
                .list()
                .ofMinSize(1)
                .ofMaxSize(30);
    }
}
