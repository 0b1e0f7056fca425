package dev.perch.media;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ByteSearchTest {
    /** Bytes that are alike but for a bit or the byte beside them, at every alignment, on the heap and off it. */
    @Property(tries = 2000)
    void indexOf_isTheFirst(
            @ForAll byte[] bytes, @ForAll @IntRange(max = 3) int pick, @ForAll @IntRange(max = 9) int from) {
        byte value = new byte[] {0, -1, 1, (byte) 0x80}[pick];
        ByteBuffer heap = ByteBuffer.allocate(bytes.length + 24).position(11).slice();
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 24);
        ByteBuffer readOnly = heap.put(0, bytes).asReadOnlyBuffer();
        direct.put(0, bytes);
        int first = Math.min(from, bytes.length);
        int expected = first;
        while (expected < bytes.length && bytes[expected] != value) {
            expected++;
        }
        for (ByteBuffer memory : new ByteBuffer[] {heap, direct, readOnly}) {
            assertEquals(expected, ByteSearch.indexOf(value, memory, first, bytes.length));
        }
        assertEquals(bytes.length, ByteSearch.indexOf(value, heap, bytes.length + 1, bytes.length));
    }
}
