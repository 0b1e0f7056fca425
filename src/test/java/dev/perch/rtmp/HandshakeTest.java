package dev.perch.rtmp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final int ALL = 1 + 2 * Handshake.PACKET_BYTES;

    @Test
    void everySplit_ofTheClientsBytes_isAnsweredOnceAndLeavesTheRest() throws Exception {
        byte[] client = new byte[ALL + 5];
        new Random(1).nextBytes(client);
        client[0] = 3;
        Arrays.fill(client, 5, 9, (byte) 0);
        for (int at = 0; at <= client.length; at++) {
            Heap heap = new Heap(new CountedMemory(1 << 20));
            Outbox out = new Outbox(heap);
            Handshake handshake = new Handshake(/* server= */ true, 1, heap);
            boolean over = handshake.receive(ByteBuffer.wrap(client, 0, at), out);
            assertEquals(at >= ALL, over, "at " + at);
            assertEquals(at > Handshake.PACKET_BYTES ? ALL : 0, out.pending().remaining());
            if (!over) {
                ByteBuffer rest = ByteBuffer.wrap(client, at, client.length - at);
                assertTrue(handshake.receive(rest, out));
                assertEquals(5, rest.remaining());
            }
            byte[] answer = new byte[ALL];
            out.pending().get(answer);
            assertEquals(3, answer[0]);
            assertArrayEquals(
                    Arrays.copyOfRange(client, 1, 1537), Arrays.copyOfRange(answer, 1537, 3073), "the client's echo");
            assertFalse(out.pending().hasRemaining());
        }
    }

    /** A digest that does not hold is answered plainly: some clients tell a version and bring none. */
    @Test
    void versionWithoutDigest_isAnsweredPlainly() throws Exception {
        byte[] client = new byte[1 + Handshake.PACKET_BYTES];
        new Random(2).nextBytes(client);
        client[0] = 3;
        Heap heap = new Heap(new CountedMemory(1 << 20));
        Outbox out = new Outbox(heap);
        new Handshake(/* server= */ true, 1, heap).receive(ByteBuffer.wrap(client), out);
        assertEquals(0, out.pending().getInt(1 + 4), "no version, no digest");
        assertEquals(client[100], out.pending().get(1536 + 100));
    }
}
