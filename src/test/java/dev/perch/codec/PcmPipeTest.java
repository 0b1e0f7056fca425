package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The samples between a card and its encoder. */
@Timeout(20)
class PcmPipeTest {
    private static byte[] run(int from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    /** Takes all that is there. */
    private static byte[] taken(PcmPipe pipe, int bytes) throws InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[3];
        while (all.size() < bytes) {
            all.write(piece, 0, pipe.take(piece));
        }
        return all.toByteArray();
    }

    @Test
    void samples_comeInOrderAroundTheEndOfTheRing() throws Exception {
        PcmPipe pipe = new PcmPipe(10);
        for (int i = 0; i < 100; i += 7) {
            pipe.put(run(i, 7), 7);
            assertArrayEquals(run(i, 7), taken(pipe, 7));
        }
        assertEquals(0, pipe.lostBytes());
    }

    /** An encoder that does not read loses samples, and not their time. */
    @Test
    void whatFindsNoRoom_isZerosInItsPlace() throws Exception {
        PcmPipe pipe = new PcmPipe(10);
        pipe.put(run(1, 6), 6);
        pipe.put(run(1, 6), 6);
        pipe.put(run(1, 2), 2);
        assertEquals(8, pipe.lostBytes(), "all from the first that found no room");
        assertArrayEquals(run(1, 6), taken(pipe, 6));
        assertArrayEquals(new byte[8], taken(pipe, 8));
        pipe.put(run(9, 4), 4);
        assertArrayEquals(run(9, 4), taken(pipe, 4));
    }

    @Test
    void end_endsTheWait() throws Exception {
        PcmPipe pipe = new PcmPipe(10);
        Thread ender = new Thread(pipe::end);
        ender.start();
        assertEquals(-1, pipe.take(new byte[3]));
        ender.join();
        pipe.put(run(0, 4), 4);
        assertEquals(-1, pipe.take(new byte[3]));
    }
}
