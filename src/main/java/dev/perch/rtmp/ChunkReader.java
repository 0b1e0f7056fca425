package dev.perch.rtmp;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Reassembles messages from chunks that arrive in pieces of any size (RTMP 1.0 §5.3). Bodies are passed on as they come. Not thread-safe; nothing is
 * allocated for a message.
 *
 * <pre>
 *  form 2, stream 6 (+8, +16) | 0: timestamp 24, length 24, type 8, message stream 32 little-endian
 *                             | 1: delta 24, length 24, type 8 | 2: delta 24 | 3: nothing | timestamp or delta of 32 bits, where the 24 are all ones
 * </pre>
 */
final class ChunkReader {
    /** Receives the messages. */
    interface Output {
        void begin(ChunkStream stream) throws RtmpException, MalformedBitstreamException;

        /** Called with the next bytes of the body, between position and limit. */
        void bytes(ChunkStream stream, ByteBuffer piece) throws RtmpException, MalformedBitstreamException;

        void end(ChunkStream stream) throws RtmpException, MalformedBitstreamException;

        /** Called when the rest of the message will not come. */
        void abort(ChunkStream stream);
    }

    static final int FIRST_CHUNK_BYTES = 128;
    private static final int MOST_CHUNK_BYTES = 0xff_ffff; // the most that a message has
    private static final int EXTENDED = 0xff_ffff;
    private static final int[] HEADER_BYTES = {11, 7, 3, 0};
    private static final int MOST_HEADER_BYTES = 3 + 11 + 4;

    /** Encoders use up to 5, and a server uses one for each direction and kind. */
    private static final int MOST_STREAMS = 64;

    private final Output output;
    private final Map<Integer, ChunkStream> streams = new HashMap<>();
    private final byte[] head = new byte[MOST_HEADER_BYTES];
    private final ByteBuffer header = ByteBuffer.wrap(head);
    private int headBytes;
    private ChunkStream current = new ChunkStream(-1);
    private int chunkBytes = FIRST_CHUNK_BYTES;
    private int left; // bytes left of the chunk
    private boolean bareContinuations; // whether the peer leaves out repeated extended timestamps

    ChunkReader(Output output) {
        this.output = output;
    }

    /** Sets the most bytes of the peer's chunks, from the next one on (§5.4.1). */
    void chunkBytes(int bytes) throws RtmpException {
        if (bytes < 1) {
            throw new RtmpException("The peer's chunks have no bytes.");
        }
        chunkBytes = Math.min(bytes, MOST_CHUNK_BYTES);
    }

    /** Drops the open message of a chunk stream, as the peer says (§5.4.2). */
    void abort(int id) {
        ChunkStream stream = streams.get(id);
        if (stream != null && stream.left > 0) {
            stream.left = 0;
            output.abort(stream);
        }
    }

    /** Takes the bytes between position and limit and moves the position to the limit. */
    void bytes(ByteBuffer in) throws RtmpException, MalformedBitstreamException {
        while (in.hasRemaining()) {
            if (left > 0) {
                payload(in);
            } else {
                head[headBytes++] = in.get();
                if (headBytes >= neededBytes()) {
                    chunk();
                }
            }
        }
    }

    private void payload(ByteBuffer in) throws RtmpException, MalformedBitstreamException {
        int count = Math.min(left, in.remaining());
        int limit = in.limit();
        in.limit(in.position() + count);
        output.bytes(current, in);
        in.position(in.limit()).limit(limit);
        taken(count);
    }

    private void taken(int count) throws RtmpException, MalformedBitstreamException {
        left -= count;
        current.left -= count;
        if (current.left == 0) {
            left = 0;
            output.end(current);
        }
    }

    private int basicBytes() {
        return switch (head[0] & 0x3f) {
            case 0 -> 2;
            case 1 -> 3;
            default -> 1;
        };
    }

    private int neededBytes() throws RtmpException {
        int basic = basicBytes();
        if (headBytes < basic) {
            return basic;
        }
        int form = head[0] >> 6 & 3;
        int needed = basic + HEADER_BYTES[form];
        if (headBytes < needed) {
            return needed;
        }
        if (form < 3) {
            return u24(basic) == EXTENDED ? needed + 4 : needed;
        }
        ChunkStream stream = stream();
        return stream.extended && !bareContinuations ? needed + 4 : needed;
    }

    private ChunkStream stream() throws RtmpException {
        int id = switch (basicBytes()) {
            case 1 -> head[0] & 0x3f;
            case 2 -> 64 + (head[1] & 0xff);
            default -> 64 + (head[1] & 0xff) + ((head[2] & 0xff) << 8);
        };
        ChunkStream stream = streams.get(id);
        if (stream == null) {
            if (streams.size() == MOST_STREAMS) {
                throw new RtmpException("The peer uses more than " + MOST_STREAMS + " chunk streams.");
            }
            stream = new ChunkStream(id);
            streams.put(id, stream);
        }
        return stream;
    }

    /** Handles a complete chunk header. */
    private void chunk() throws RtmpException, MalformedBitstreamException {
        current = stream();
        int form = head[0] >> 6 & 3;
        int basic = basicBytes();
        int all = headBytes;
        headBytes = 0;
        if (form > 0 && !current.begun) {
            throw new RtmpException("A chunk stream begins without a whole header.");
        }
        if (form == 3 && current.left > 0) {
            left = Math.min(current.left, chunkBytes);
            if (all > basic) {
                continuation(header.getInt(basic), basic);
            }
            return;
        }
        if (current.left > 0) { // a new message although the old one is not complete
            current.left = 0;
            output.abort(current);
        }
        if (form < 3) {
            fields(form, basic);
        }
        current.timestamp = form == 0 ? current.field : current.timestamp + current.delta;
        current.left = current.length;
        left = Math.min(current.left, chunkBytes);
        output.begin(current);
        if (current.left == 0) {
            output.end(current);
        }
    }

    private void fields(int form, int basic) {
        current.extended = u24(basic) == EXTENDED;
        current.field = current.extended ? header.getInt(basic + HEADER_BYTES[form]) : u24(basic);
        current.delta = current.field; // §5.3.1.2.4: a form 3 behind a form 0 adds this, too
        if (form < 2) {
            current.length = u24(basic + 3);
            current.type = head[basic + 6] & 0xff;
        }
        if (form == 0) {
            current.messageStream = Integer.reverseBytes(header.getInt(basic + 7));
            current.begun = true;
        }
    }

    /**
     * Handles a chunk that continues a message. Old encoders do not repeat the extended timestamp; those four bytes belong to the body then.
     */
    private void continuation(int repeated, int basic) throws RtmpException, MalformedBitstreamException {
        if (repeated != current.field && repeated != current.timestamp && left >= 4) {
            bareContinuations = true;
            output.bytes(current, ByteBuffer.wrap(head, basic, 4));
            taken(4);
        }
    }

    private int u24(int at) {
        return (head[at] & 0xff) << 16 | (head[at + 1] & 0xff) << 8 | (head[at + 2] & 0xff);
    }
}
