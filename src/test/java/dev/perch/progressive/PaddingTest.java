package dev.perch.progressive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PaddingTest {
    private static final int BLOCK = Padding.BLOCK_BYTES;

    private static int send(Padding padding, int bytes, long framesAhead) {
        padding.sent(bytes);
        int box = padding.boxBytes(bytes, framesAhead);
        padding.sent(box);
        return box;
    }

    @Property
    void toBlocks_everyFrameEndsWithABlock(
            @ForAll @Size(min = 1, max = 50) List<@IntRange(min = 1, max = 32767) Integer> sizes) {
        Padding padding = Padding.toBlocks();
        long body = 0;
        for (int size : sizes) {
            int box = send(padding, size, 0);
            body += size + box;
            assertEquals(0, body % BLOCK);
            assertTrue(box == 0 || (box >= 8 && box < BLOCK + 8), "box=" + box);
        }
    }

    @Test
    void toBlocks_restTooSmallForABox_takesTheNextBlockToo() {
        assertEquals(BLOCK + 7, send(Padding.toBlocks(), BLOCK - 7, 0));
        assertEquals(8, send(Padding.toBlocks(), BLOCK - 8, 0));
    }

    @Test
    void none_addsNothing() {
        assertEquals(0, send(Padding.none(), 100, 0));
    }

    @Test
    void framesThatFillBlocks_getNone() {
        Padding padding = Padding.toBlocks();
        assertEquals(0, send(padding, 2 * Padding.FILLING_BYTES, 0));
        assertEquals(0, send(padding, 10, 0), "the mean of many counts, not one small frame");
    }

    @Test
    void backlog_isPaddedAtItsEndOnly() {
        Padding padding = Padding.toBlocks();
        assertEquals(0, send(padding, 1000, 20));
        assertEquals(0, send(padding, 1000, 1));
        assertEquals(BLOCK - 3000, send(padding, 1000, 0));
    }

    @Test
    void linkThatIsFull_getsNoneForAWhile() {
        Padding padding = Padding.toBlocks();
        send(padding, 1000, 0);
        assertEquals(0, send(padding, 1000, 3));
        for (int i = 0; i < 299; i++) {
            assertEquals(0, send(padding, 1000, 0), "frame " + i);
        }
        assertTrue(send(padding, 1000, 0) > 0);
    }
}
