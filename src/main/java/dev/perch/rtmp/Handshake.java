package dev.perch.rtmp;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * One side of the handshake (RTMP 1.0 §5.2): version, then a packet of each side, then its echo by the other. A client that sends a digest gets an
 * answer with one, any other a plain answer; Perch's own client sends none, as servers accept that.
 *
 * <pre>
 *  C0, S0: version 8 | C1, S1: time 32, zero or the program's version 32, random 1528 bytes | C2, S2: time 32, time 32, the other's random bytes
 * </pre>
 */
final class Handshake {
    static final int PACKET_BYTES = 1536;

    private static final int PLAIN = 3;
    private static final int ENCRYPTED = 6;
    private static final int SERVER_VERSION = 0x03_00_01_01; // a first byte of 3 or more promises a digest

    private final boolean server;
    private final SplittableRandom random;
    private final Heap heap;
    private final byte[] packet; // the arriving packet
    private int packetBytes = -1; // -1 before the version
    private int packets;

    Handshake(boolean server, long seed, Heap heap) throws RtmpException {
        this.server = server;
        this.random = new SplittableRandom(seed);
        this.heap = heap;
        this.packet = heap.take(PACKET_BYTES);
    }

    /** Sends the client's first packet. */
    void begin(Outbox out) throws RtmpException {
        ByteBuffer space = out.space(1 + PACKET_BYTES);
        space.put((byte) PLAIN).put(own());
        out.added(space);
    }

    /** Takes the bytes that belong to the handshake. Returns whether the handshake is complete. */
    boolean receive(ByteBuffer in, Outbox out) throws RtmpException {
        while (in.hasRemaining()) {
            if (packetBytes < 0) {
                version(in.get());
                packetBytes = 0;
                continue;
            }
            int count = Math.min(in.remaining(), PACKET_BYTES - packetBytes);
            in.get(packet, packetBytes, count);
            packetBytes += count;
            if (packetBytes == PACKET_BYTES) {
                packetBytes = 0;
                if (++packets == 1) {
                    answer(out);
                } else {
                    heap.giveBack(PACKET_BYTES);
                    return true; // the echo is not compared: some peers send other bytes
                }
            }
        }
        return false;
    }

    private static void version(int version) throws RtmpException {
        if (version == ENCRYPTED) {
            throw new RtmpException("The peer speaks RTMPE, which is not taken: RTMP and RTMPS are.");
        }
        if (version != PLAIN) {
            throw new RtmpException("The peer does not speak RTMP.");
        }
    }

    private void answer(Outbox out) throws RtmpException {
        if (!server) {
            ByteBuffer space = out.space(PACKET_BYTES);
            out.added(space.put(packet));
            return;
        }
        ByteBuffer space = out.space(1 + 2 * PACKET_BYTES);
        space.put((byte) PLAIN);
        int version = ByteBuffer.wrap(packet).getInt(4);
        int scheme = version == 0 ? -1 : Digest.schemeOf(packet);
        byte[] own = own();
        if (scheme < 0) {
            space.put(own).put(packet);
        } else {
            ByteBuffer.wrap(own).putInt(4, SERVER_VERSION);
            Digest.imprint(own, scheme);
            byte[] signed = own();
            Digest.sign(signed, packet, scheme);
            space.put(own).put(signed);
        }
        out.added(space);
    }

    private byte[] own() {
        byte[] own = new byte[PACKET_BYTES];
        random.nextBytes(own);
        Arrays.fill(own, 0, 8, (byte) 0);
        return own;
    }
}
