package dev.perch.rtmp;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The handshake with digests, which Adobe's players and encoders ask for and its specification leaves out: each side's first packet holds an
 * HMAC-SHA256 of itself at a place that depends on other bytes of the packet, and the server signs its answer.
 */
final class Digest {
    static final int BYTES = 32;

    /** The offsets of the bytes that determine the digest's place, which is within the 728 bytes after them. */
    private static final int[] SCHEMES = {8, 772};

    private static final int SPAN_BYTES = 728;
    private static final byte[] PLAYER = "Genuine Adobe Flash Player 001".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SERVER = "Genuine Adobe Flash Media Server 001".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNING =
            joined(SERVER, HexFormat.of().parseHex("f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae"));

    private static final int BLOCK_BYTES = 64; // the block size of SHA-256

    private Digest() {}

    /** Returns the scheme that the client's packet follows, -1 for none. */
    static int schemeOf(byte[] client) {
        for (int scheme = 0; scheme < SCHEMES.length; scheme++) {
            int at = place(client, scheme);
            byte[] wanted = over(client, at, PLAYER);
            if (Arrays.equals(wanted, 0, BYTES, client, at, at + BYTES)) {
                return scheme;
            }
        }
        return -1;
    }

    /** Writes the digest into the server's packet, which is otherwise complete. */
    static void imprint(byte[] server, int scheme) {
        int at = place(server, scheme);
        System.arraycopy(over(server, at, SERVER), 0, server, at, BYTES);
    }

    /** Signs the server's answer in its last bytes, using the client's digest. */
    static void sign(byte[] answer, byte[] client, int scheme) {
        int at = place(client, scheme);
        byte[] key = hmac(SIGNING, Arrays.copyOfRange(client, at, at + BYTES));
        int signed = answer.length - BYTES;
        System.arraycopy(hmac(key, Arrays.copyOf(answer, signed)), 0, answer, signed, BYTES);
    }

    private static int place(byte[] packet, int scheme) {
        int told = SCHEMES[scheme];
        int sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += packet[told + i] & 0xff;
        }
        return told + 4 + sum % SPAN_BYTES;
    }

    /** Returns the digest of a packet without the bytes at {@code at}, where the digest is stored. */
    private static byte[] over(byte[] packet, int at, byte[] key) {
        ByteBuffer rest = ByteBuffer.allocate(packet.length - BYTES);
        rest.put(packet, 0, at).put(packet, at + BYTES, packet.length - at - BYTES);
        return hmac(key, rest.array());
    }

    /** Returns the HMAC, RFC 2104. */
    private static byte[] hmac(byte[] key, byte[] text) {
        byte[] inner = new byte[BLOCK_BYTES];
        byte[] outer = new byte[BLOCK_BYTES];
        byte[] block = key.length > BLOCK_BYTES ? sha256(key, new byte[0]) : key;
        for (int i = 0; i < BLOCK_BYTES; i++) {
            int each = i < block.length ? block[i] : 0;
            inner[i] = (byte) (each ^ 0x36);
            outer[i] = (byte) (each ^ 0x5c);
        }
        return sha256(outer, sha256(inner, text));
    }

    private static byte[] sha256(byte[] first, byte[] second) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(first);
            return digest.digest(second);
        } catch (NoSuchAlgorithmException never) { // every Java has SHA-256
            throw new IllegalStateException(never);
        }
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
