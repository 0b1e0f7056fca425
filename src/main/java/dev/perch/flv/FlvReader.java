package dev.perch.flv;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/**
 * Takes a stream of Flash video, arriving in pieces of any size, apart into tags (Adobe Flash Video File Format Specification 10.1 §E.2 to §E.4.1). Bodies are
 * passed on as they come and never held. For one thread at a time; nothing is allocated.
 *
 * <pre>
 *  F L V | version 8 | flags 8 | data offset 32 … | size of no tag 32
 *  | type 8 | size 24 | timestamp 24, its upper byte 8 | stream 24 | body | size of the tag before 32 | …
 * </pre>
 */
public final class FlvReader {
    private static final int HEADER_BYTES = 9;
    private static final int HEAD_BYTES = 11;
    private static final int SIZE_BYTES = 4;
    private static final int SIGNATURE = 'F' << 16 | 'L' << 8 | 'V';
    private static final int TYPE_BITS = 0x3f; // with the filter bit, because encrypted tags are refused

    /** The most bytes skipped before the first tag; the header of the only version has 9. */
    private static final int MOST_OFFSET_BYTES = 4096;

    private enum State {
        HEADER,
        HEAD,
        BODY,
        SKIP
    }

    private final TagSink tags;
    private final byte[] head = new byte[HEAD_BYTES];
    private State state;
    private int headBytes;
    private int left; // bytes left of the body, or to skip
    private int type;

    /** Reads a whole stream, from its header. */
    public FlvReader(TagSink tags) {
        this(tags, State.HEADER);
    }

    private FlvReader(TagSink tags, State state) {
        this.tags = tags;
        this.state = state;
    }

    /** Reads tags without a header, as an aggregate message of RTMP holds them. */
    public static FlvReader ofTags(TagSink tags) {
        return new FlvReader(tags, State.HEAD);
    }

    /** Begins a new row of tags and forgets the current one. */
    public void restart() {
        state = State.HEAD;
        headBytes = 0;
    }

    /**
     * Takes the bytes between position and limit and moves the position to the limit.
     *
     * @throws MalformedBitstreamException if this is not Flash video; the reader is of no use then
     */
    public void bytes(ByteBuffer piece) throws MalformedBitstreamException {
        while (piece.hasRemaining()) {
            switch (state) {
                case HEADER -> {
                    if (gathered(piece, HEADER_BYTES)) {
                        header();
                    }
                }
                case HEAD -> {
                    if (gathered(piece, HEAD_BYTES)) {
                        head();
                    }
                }
                case BODY -> body(piece);
                case SKIP -> skip(piece);
            }
        }
    }

    private boolean gathered(ByteBuffer piece, int sizeBytes) {
        int count = Math.min(sizeBytes - headBytes, piece.remaining());
        piece.get(head, headBytes, count);
        headBytes += count;
        if (headBytes < sizeBytes) {
            return false;
        }
        headBytes = 0;
        return true;
    }

    private void header() throws MalformedBitstreamException {
        if (u24(0) != SIGNATURE) {
            throw new MalformedBitstreamException("no FLV header", 0, u24(0));
        }
        int offset = (head[5] & 0xff) << 24 | u24(6);
        if (offset < HEADER_BYTES || offset > MOST_OFFSET_BYTES) {
            throw new MalformedBitstreamException("FLV header has an implausible length", 5, offset);
        }
        pass(offset - HEADER_BYTES + SIZE_BYTES);
    }

    private void head() throws MalformedBitstreamException {
        type = head[0] & TYPE_BITS;
        if (type != TagType.AUDIO && type != TagType.VIDEO && type != TagType.SCRIPT) {
            throw new MalformedBitstreamException("FLV tag is of no known type", 0, type);
        }
        left = u24(1);
        int timestamp = (head[7] & 0xff) << 24 | u24(4);
        tags.begin(type, timestamp, left);
        state = State.BODY;
        if (left == 0) {
            end();
        }
    }

    private void body(ByteBuffer piece) throws MalformedBitstreamException {
        int count = Math.min(left, piece.remaining());
        int limit = piece.limit();
        piece.limit(piece.position() + count);
        tags.bytes(type, piece);
        piece.position(piece.limit()).limit(limit);
        left -= count;
        if (left == 0) {
            end();
        }
    }

    private void end() throws MalformedBitstreamException {
        tags.end(type);
        pass(SIZE_BYTES);
    }

    private void pass(int sizeBytes) {
        left = sizeBytes;
        state = State.SKIP;
    }

    private void skip(ByteBuffer piece) {
        int count = Math.min(left, piece.remaining());
        piece.position(piece.position() + count);
        left -= count;
        if (left == 0) {
            state = State.HEAD;
        }
    }

    private int u24(int index) {
        return (head[index] & 0xff) << 16 | (head[index + 1] & 0xff) << 8 | (head[index + 2] & 0xff);
    }
}
