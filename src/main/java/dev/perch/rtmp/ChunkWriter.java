package dev.perch.rtmp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Writes messages as chunks (RTMP 1.0 §5.3), with the shortest header that tells what has changed on their chunk stream. Not thread-safe. */
final class ChunkWriter {
    /** The longest header on a chunk stream with an id below 64. */
    static final int MOST_HEAD_BYTES = 1 + 11 + 4;

    /** The longest header of a chunk that continues a message. */
    static final int MOST_CONTINUATION_BYTES = 1 + 4;

    private static final int EXTENDED = 0xff_ffff;
    private static final int STREAMS = 8;

    private final Last[] streams = new Last[STREAMS];
    private int chunkBytes = ChunkReader.FIRST_CHUNK_BYTES;

    /** The previous header on one chunk stream. */
    private static final class Last {
        int timestamp;
        int delta;
        int type;
        int length;
        int messageStream;
        int field;
        boolean relative; // whether it had a delta
    }

    int chunkBytes() {
        return chunkBytes;
    }

    void chunkBytes(int bytes) {
        chunkBytes = bytes;
    }

    /** Returns the most bytes that a message takes with all its headers. */
    int mostBytes(int bodyBytes) {
        int chunks = Math.max(1, (bodyBytes + chunkBytes - 1) / chunkBytes);
        return MOST_HEAD_BYTES + bodyBytes + (chunks - 1) * MOST_CONTINUATION_BYTES;
    }

    /** Writes the header of a message; the first chunk's bytes follow. */
    void head(ByteBuffer out, int stream, int type, int timestamp, int messageStream, int length) {
        @Nullable Last before = streams[stream];
        Last last = before == null ? new Last() : before;
        streams[stream] = last;
        int delta = timestamp - last.timestamp;
        int form = before == null ? 0 : form(last, type, delta, messageStream, length);
        last.field = form == 0 ? timestamp : delta;
        boolean extended = Integer.compareUnsigned(last.field, EXTENDED) >= 0;
        out.put((byte) (form << 6 | stream));
        if (form < 3) {
            u24(out, extended ? EXTENDED : last.field);
        }
        if (form < 2) {
            u24(out, length);
            out.put((byte) type);
        }
        if (form == 0) {
            out.putInt(Integer.reverseBytes(messageStream));
        }
        if (extended) {
            out.putInt(last.field);
        }
        last.relative = form > 0;
        last.timestamp = timestamp;
        last.delta = delta;
        last.type = type;
        last.length = length;
        last.messageStream = messageStream;
    }

    /** Returns the shortest form that serves. Form 3 behind a form 0 is avoided, because peers read it in two ways. */
    private static int form(Last last, int type, int delta, int messageStream, int length) {
        if (messageStream != last.messageStream || delta < 0) {
            return 0;
        }
        if (type != last.type || length != last.length) {
            return 1;
        }
        return last.relative && delta == last.delta ? 3 : 2;
    }

    /** Writes the header of a chunk that continues the last message of {@code stream}. */
    void continuation(ByteBuffer out, int stream) {
        out.put((byte) (3 << 6 | stream));
        int field = streams[stream].field;
        if (Integer.compareUnsigned(field, EXTENDED) >= 0) {
            out.putInt(field);
        }
    }

    /** Writes a whole message. */
    void message(ByteBuffer out, int stream, int type, int timestamp, int messageStream, ByteBuffer body) {
        int length = body.remaining();
        head(out, stream, type, timestamp, messageStream, length);
        int end = body.limit();
        while (true) {
            body.limit(Math.min(end, body.position() + chunkBytes));
            out.put(body);
            if (body.position() == end) {
                return;
            }
            body.limit(end);
            continuation(out, stream);
        }
    }

    /** Writes a header that does not depend on earlier ones, so that all receivers of the same message can share it. */
    static void absoluteHead(ByteBuffer out, int stream, int type, int timestamp, int messageStream, int length) {
        boolean extended = Integer.compareUnsigned(timestamp, EXTENDED) >= 0;
        out.put((byte) stream);
        u24(out, extended ? EXTENDED : timestamp);
        u24(out, length);
        out.put((byte) type).putInt(Integer.reverseBytes(messageStream));
        if (extended) {
            out.putInt(timestamp);
        }
    }

    /** Writes the header of a chunk that continues such a message. */
    static void absoluteContinuation(ByteBuffer out, int stream, int timestamp) {
        out.put((byte) (3 << 6 | stream));
        if (Integer.compareUnsigned(timestamp, EXTENDED) >= 0) {
            out.putInt(timestamp);
        }
    }

    private static void u24(ByteBuffer out, int value) {
        out.put((byte) (value >> 16)).putShort((short) value);
    }
}
