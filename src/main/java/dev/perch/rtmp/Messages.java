package dev.perch.rtmp;

import dev.perch.flv.TagType;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;

/** Sorts a session's messages by type: commands and control are gathered, media are passed on, everything else is skipped. */
final class Messages implements ChunkReader.Output {
    /** More than any command has: a connect with many fields has 500 bytes, and so do answers. */
    private static final int MOST_COMMAND_BYTES = 64 << 10;

    private static final int MOST_CONTROL_BYTES = 64;

    /** The most bytes gathered for all open messages of a session. */
    private static final int MOST_GATHERED_BYTES = 128 << 10;

    private final RtmpSession session;
    private final Heap heap;
    private int gatheredBytes;

    Messages(RtmpSession session, Heap heap) {
        this.session = session;
        this.heap = heap;
    }

    @Override
    public void begin(ChunkStream stream) throws RtmpException, MalformedBitstreamException {
        stream.use = ChunkStream.Use.PASSED_OVER;
        switch (stream.type) {
            case MessageType.SET_CHUNK_SIZE,
                    MessageType.ABORT,
                    MessageType.ACKNOWLEDGEMENT,
                    MessageType.USER_CONTROL,
                    MessageType.WINDOW_SIZE,
                    MessageType.PEER_BANDWIDTH -> gather(stream, MOST_CONTROL_BYTES);
            case MessageType.COMMAND, MessageType.COMMAND_AMF3 -> gather(stream, MOST_COMMAND_BYTES);
            case TagType.AUDIO, TagType.VIDEO, TagType.SCRIPT -> {
                if (session.takes(stream.messageStream)) {
                    stream.use = ChunkStream.Use.MEDIA;
                    session.media.begin(stream, stream.type, stream.timestamp, stream.length);
                }
            }
            case MessageType.AGGREGATE -> {
                if (session.takes(stream.messageStream)) {
                    stream.use = ChunkStream.Use.AGGREGATE;
                    session.media.beginAggregate(stream.timestamp);
                }
            }
            default -> {} // shared objects, and data in AMF 3, which nobody sends
        }
    }

    private void gather(ChunkStream stream, int most) throws RtmpException {
        if (stream.length > most || gatheredBytes + stream.length > MOST_GATHERED_BYTES) {
            throw new RtmpException("A message of the peer has " + stream.length + " bytes: " + most
                    + " are the most of its kind, " + MOST_GATHERED_BYTES + " of all that are under way.");
        }
        stream.gathered = heap.take(stream.length);
        gatheredBytes += stream.length;
        stream.use = ChunkStream.Use.GATHERED;
    }

    @Override
    public void bytes(ChunkStream stream, ByteBuffer piece) throws MalformedBitstreamException {
        switch (stream.use) {
            case GATHERED -> {
                byte[] gathered = stream.gathered;
                if (gathered != null) {
                    piece.get(gathered, stream.length - stream.left, piece.remaining());
                }
            }
            case MEDIA -> session.media.bytes(stream, stream.type, piece);
            case AGGREGATE -> session.media.aggregateBytes(piece);
            case PASSED_OVER -> piece.position(piece.limit());
        }
    }

    @Override
    public void end(ChunkStream stream) throws RtmpException, MalformedBitstreamException {
        if (stream.use == ChunkStream.Use.MEDIA) {
            session.media.end(stream, stream.type);
        }
        byte[] gathered = stream.gathered;
        if (gathered == null) {
            return;
        }
        release(stream);
        switch (stream.type) {
            case MessageType.COMMAND -> command(stream, gathered, 0);
            case MessageType.COMMAND_AMF3 -> command(stream, gathered, 1); // AMF 0 behind one more byte (§7.1.1)
            default -> session.control(stream.type, gathered);
        }
    }

    private void command(ChunkStream stream, byte[] body, int from) throws RtmpException, MalformedBitstreamException {
        if (body.length > from && !session.closing()) {
            ByteBuffer values = ByteBuffer.wrap(body, from, body.length - from);
            session.command(Command.parse(values, stream.messageStream));
        }
    }

    @Override
    public void abort(ChunkStream stream) {
        session.media.abort(stream);
        release(stream);
    }

    private void release(ChunkStream stream) {
        if (stream.gathered != null) {
            gatheredBytes -= stream.length;
            heap.giveBack(stream.length);
            stream.gathered = null;
        }
    }
}
