package dev.perch.codec;

import dev.perch.h264.AnnexB;
import dev.perch.h264.H264Publisher;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes the access units out of a stream of Flash video that arrives in pieces of any size (Adobe Flash Video File Format Specification 10.1,
 * Annex E.4). For one thread.
 *
 * <pre>
 *  header 9 | 0 (32) | tag: type 8, size 24, time in ms 24 + 8, stream 24 | frame type 4, codec 4 | packet type 8 | offset 24 | data | size 32 | …
 * </pre>
 */
final class FlvVideo {
    private static final int HEADER_BYTES = 13;
    private static final int TAG_HEAD_BYTES = 11;
    private static final int TAG_TAIL_BYTES = 4;
    private static final int VIDEO_HEAD_BYTES = 5;
    private static final int VIDEO = 9;
    private static final int AVC = 7;
    private static final int MAX_TAG_BYTES = H264Publisher.MAX_ACCESS_UNIT_BYTES;

    private final Output output;
    private byte[] held = new byte[64 << 10];
    private int heldBytes;
    private boolean begun;

    /** Who gets them. */
    interface Output {
        /** An access unit, or parameter sets alone, in Annex B form; valid during the call only. */
        void accessUnit(ByteBuffer annexB, int timeMillis);
    }

    FlvVideo(Output output) {
        this.output = output;
    }

    /** How much memory it holds. */
    int capacityBytes() {
        return held.length;
    }

    /** Takes {@code count} bytes of {@code piece}. */
    void bytes(byte[] piece, int count) throws MalformedBitstreamException {
        if (heldBytes + count > held.length) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, heldBytes + count));
        }
        System.arraycopy(piece, 0, held, heldBytes, count);
        heldBytes += count;
        int at = 0;
        if (!begun) {
            if (heldBytes < HEADER_BYTES) {
                return;
            }
            header();
            begun = true;
            at = HEADER_BYTES;
        }
        for (int next = tag(at); next > at; next = tag(at)) {
            at = next;
        }
        System.arraycopy(held, at, held, 0, heldBytes - at);
        heldBytes -= at;
    }

    private void header() throws MalformedBitstreamException {
        if (held[0] != 'F' || held[1] != 'L' || held[2] != 'V') {
            throw new MalformedBitstreamException("no FLV header", 0, u24(0));
        }
    }

    /** Reads the tag at {@code at}: where the next one begins, or {@code at} when it is not whole yet. */
    private int tag(int at) throws MalformedBitstreamException {
        if (at + TAG_HEAD_BYTES > heldBytes) {
            return at;
        }
        int sizeBytes = u24(at + 1);
        if (sizeBytes > MAX_TAG_BYTES) {
            throw new MalformedBitstreamException("FLV tag is too long", at, sizeBytes);
        }
        int end = at + TAG_HEAD_BYTES + sizeBytes;
        if (end + TAG_TAIL_BYTES > heldBytes) {
            return at;
        }
        boolean video = (held[at] & 0x1f) == VIDEO && sizeBytes > VIDEO_HEAD_BYTES;
        if (video && (held[at + TAG_HEAD_BYTES] & 0xf) == AVC) {
            int timeMillis = u24(at + 4) | u8(at + 7) << 24;
            video(at + TAG_HEAD_BYTES, end, timeMillis);
        }
        return end + TAG_TAIL_BYTES;
    }

    private void video(int at, int end, int timeMillis) throws MalformedBitstreamException {
        int from = at + VIDEO_HEAD_BYTES;
        switch (u8(at + 1)) {
            case 0 -> parameterSets(from, end, timeMillis);
            case 1 -> {
                AnnexB.fromLengths(ByteBuffer.wrap(held, from, end - from));
                output.accessUnit(ByteBuffer.wrap(held, from, end - from), timeMillis);
            }
            default -> {} // the end of the stream
        }
    }

    /** AVCDecoderConfigurationRecord (ISO/IEC 14496-15 §5.3.3.1): its sets lie behind 16-bit lengths. */
    private void parameterSets(int at, int end, int timeMillis) throws MalformedBitstreamException {
        ByteBuffer sets = ByteBuffer.allocate(2 * (end - at));
        ByteBuffer record = ByteBuffer.wrap(held, at, end - at);
        try {
            record.position(at + 5);
            for (int count = record.get() & 0x1f; count > 0; count--) {
                append(record, sets);
            }
            for (int count = record.get() & 0xff; count > 0; count--) {
                append(record, sets);
            }
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException cut) {
            throw new MalformedBitstreamException("AVC decoder configuration is cut", at, end - at);
        }
        output.accessUnit(sets.flip(), timeMillis);
    }

    private static void append(ByteBuffer record, ByteBuffer sets) {
        int length = record.getShort() & 0xffff;
        sets.putInt(1).put(record.slice(record.position(), length));
        record.position(record.position() + length);
    }

    private int u8(int index) {
        return held[index] & 0xff;
    }

    private int u24(int index) {
        return u8(index) << 16 | u8(index + 1) << 8 | u8(index + 2);
    }
}
