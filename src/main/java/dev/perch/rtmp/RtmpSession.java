package dev.perch.rtmp;

import dev.perch.flv.Amf;
import dev.perch.flv.AmfWriter;
import dev.perch.flv.TagType;
import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One side of a connection as a state machine over bytes: {@link #receive} takes the peer's bytes, {@link #output} has the bytes to send. This class
 * handles handshake, chunks, acknowledgements and user control; subclasses handle commands. For one thread at a time.
 */
public abstract class RtmpSession implements AutoCloseable {
    /** The most bytes before a media message's first chunk. */
    public static final int MOST_HEAD_BYTES = ChunkWriter.MOST_HEAD_BYTES;

    /** The most bytes before each further chunk of a message. */
    public static final int MOST_CONTINUATION_BYTES = ChunkWriter.MOST_CONTINUATION_BYTES;

    static final int CONTROL_STREAM = 2;
    static final int COMMAND_STREAM = 3;
    private static final int SOUND_STREAM = 4;
    static final int STATUS_STREAM = 5;
    private static final int PICTURE_STREAM = 6;
    private static final int DATA_STREAM = 7;
    private static final int SHARED = 8; // added to the chunk stream's id for messages that are shared by all players

    static final int WINDOW_BYTES = 2_500_000;
    private static final int DYNAMIC = 2; // the limit type of §5.4.5

    // events of user control messages (§7.1.7)
    static final int STREAM_BEGIN = 0;
    static final int STREAM_EOF = 1;
    static final int SET_BUFFER_LENGTH = 3;
    private static final int PING_REQUEST = 6;
    private static final int PING_RESPONSE = 7;

    /** A peer with so many unread answers that asks for more is not reading at all. */
    private static final int MOST_PENDING_BYTES = 256 << 10;

    private final Heap heap;
    private final Outbox out;
    private final ChunkWriter writer = new ChunkWriter();
    private final ChunkReader reader;
    private @Nullable Handshake handshake; // null after the handshake
    private final int chunkBytes;
    final MediaGate media = new MediaGate();
    private long receivedBytes;
    private long acknowledgedBytes; // as the peer was told last
    private int windowBytes = WINDOW_BYTES; // as the peer has asked
    private boolean closing;

    /**
     * Creates a session.
     *
     * @param chunkBytes the size of the chunks to send
     */
    RtmpSession(boolean server, int chunkBytes, long seed, RtmpMemory memory) throws RtmpException {
        if (chunkBytes < 1 || chunkBytes > 0xff_ffff) {
            throw new IllegalArgumentException("no such chunks: chunkBytes=" + chunkBytes);
        }
        this.chunkBytes = chunkBytes;
        heap = new Heap(memory);
        out = new Outbox(heap);
        Handshake begun = new Handshake(server, seed, heap);
        handshake = begun;
        reader = new ChunkReader(new Messages(this, heap));
        if (!server) {
            begun.begin(out);
        }
    }

    /**
     * Takes the bytes between position and limit and moves the position to the limit.
     *
     * @throws RtmpException if the session cannot go on: the caller may send the pending bytes, then closes the connection
     */
    public final void receive(ByteBuffer in) throws RtmpException {
        receivedBytes += in.remaining();
        if (closing) {
            in.position(in.limit());
            return;
        }
        try {
            Handshake first = handshake;
            if (first != null && first.receive(in, out)) {
                handshake = null;
                connected();
            }
            if (handshake == null) {
                reader.bytes(in);
                acknowledge();
            }
        } catch (MalformedBitstreamException malformed) {
            throw new RtmpException("The peer sent what is not RTMP: " + malformed.getMessage() + ".");
        }
    }

    /** Returns the bytes to send. The sender moves the position. Valid until another method is called. */
    public final ByteBuffer output() {
        return out.pending();
    }

    /** Returns whether the connection is to be closed as soon as the pending bytes have been sent. */
    public final boolean closing() {
        return closing;
    }

    /** Returns the bytes of heap that the session has drawn. */
    public final int drawnBytes() {
        return heap.drawnBytes();
    }

    /** Gives all memory back once the connection is gone. The listener is not told, because its owner knows. */
    @Override
    public void close() {
        media.open(null);
        heap.close();
    }

    /** Called when the handshake is complete. */
    abstract void connected() throws RtmpException;

    /** Handles a command. */
    abstract void command(Command command) throws RtmpException;

    /** Returns whether media on this message stream are wanted. */
    abstract boolean takes(int messageStream);

    /** Handles a user control event that this class does not answer. */
    abstract void event(int event, int messageStream, int value) throws RtmpException;

    /** Returns the message stream on which media are sent; 0 before there is one. */
    public abstract int mediaStream();

    final void closeSoon() {
        closing = true;
    }

    // ---- media that are sent

    /** Returns the bytes of a message's body behind each header. */
    public final int chunkBytes() {
        return writer.chunkBytes();
    }

    /**
     * Writes the header of a media message, for senders that do not copy frames; the body's first {@link #chunkBytes} follow. {@link #output} must be
     * sent first.
     *
     * @param space big-endian, with room for {@link #MOST_HEAD_BYTES}; its position moves
     * @param type one of {@link TagType}
     * @param millis the lowest 32 bits count
     */
    public final void messageHead(ByteBuffer space, int type, long millis, int bodyBytes) {
        writer.head(space, chunkStream(type), type, (int) millis, mediaStream(), bodyBytes);
    }

    /** Writes the header of a chunk that continues the last message of this type. */
    public final void continuationHead(ByteBuffer space, int type) {
        writer.continuation(space, chunkStream(type));
    }

    /** Appends a whole media message to {@link #output}, copying the body. */
    public final void send(int type, long millis, Bytes body) throws RtmpException {
        write(chunkStream(type), type, (int) millis, mediaStream(), body.buffer());
    }

    /**
     * Writes the header of a media message for players that does not depend on earlier headers, so that one serves all. Such messages have their own
     * chunk streams, apart from those of {@link #send}.
     *
     * @param messageStream on which the player plays: 1 for one that created a single stream
     */
    public static void sharedHead(ByteBuffer space, int type, long millis, int messageStream, int bodyBytes) {
        ChunkWriter.absoluteHead(space, SHARED + chunkStream(type), type, (int) millis, messageStream, bodyBytes);
    }

    /** Writes the header of a chunk that continues such a message. */
    public static void sharedContinuation(ByteBuffer space, int type, long millis) {
        ChunkWriter.absoluteContinuation(space, SHARED + chunkStream(type), (int) millis);
    }

    private static int chunkStream(int type) {
        return switch (type) {
            case TagType.AUDIO -> SOUND_STREAM;
            case TagType.VIDEO -> PICTURE_STREAM;
            default -> DATA_STREAM;
        };
    }

    // ---- what is sent for the protocol's sake

    final void announceChunks() throws RtmpException {
        control(MessageType.SET_CHUNK_SIZE, ByteBuffer.allocate(4).putInt(chunkBytes));
        writer.chunkBytes(chunkBytes);
    }

    final void announceWindow() throws RtmpException {
        control(MessageType.WINDOW_SIZE, ByteBuffer.allocate(4).putInt(WINDOW_BYTES));
    }

    final void limitPeer() throws RtmpException {
        ByteBuffer body = ByteBuffer.allocate(5).putInt(WINDOW_BYTES).put((byte) DYNAMIC);
        control(MessageType.PEER_BANDWIDTH, body);
    }

    final void userControl(int event, int first) throws RtmpException {
        control(
                MessageType.USER_CONTROL,
                ByteBuffer.allocate(6).putShort((short) event).putInt(first));
    }

    final void bufferLength(int messageStream, int millis) throws RtmpException {
        ByteBuffer body = ByteBuffer.allocate(10).putShort((short) SET_BUFFER_LENGTH);
        control(MessageType.USER_CONTROL, body.putInt(messageStream).putInt(millis));
    }

    final void invoke(int chunkStream, int messageStream, Amf... values) throws RtmpException {
        bound();
        write(
                chunkStream,
                MessageType.COMMAND,
                0,
                messageStream,
                AmfWriter.write(values).buffer());
    }

    final void data(int messageStream, Amf... values) throws RtmpException {
        bound();
        write(
                DATA_STREAM,
                TagType.SCRIPT,
                0,
                messageStream,
                AmfWriter.write(values).buffer());
    }

    private void control(int type, ByteBuffer body) throws RtmpException {
        bound();
        write(CONTROL_STREAM, type, 0, 0, body.flip());
    }

    private void write(int stream, int type, int timestamp, int messageStream, ByteBuffer body) throws RtmpException {
        ByteBuffer space = out.space(writer.mostBytes(body.remaining()));
        writer.message(space, stream, type, timestamp, messageStream, body);
        out.added(space);
    }

    private void bound() throws RtmpException {
        if (out.pending().remaining() > MOST_PENDING_BYTES) {
            throw new RtmpException("The peer asks for more than it reads.");
        }
    }

    /** Acknowledges at half of the window at which the peer would stop (§5.4.3). */
    private void acknowledge() throws RtmpException {
        if (receivedBytes - acknowledgedBytes >= windowBytes / 2) {
            acknowledgedBytes = receivedBytes;
            control(MessageType.ACKNOWLEDGEMENT, ByteBuffer.allocate(4).putInt((int) receivedBytes));
        }
    }

    // ---- what comes for the protocol's sake

    /** Handles a protocol control message (§5.4). */
    final void control(int type, byte[] body) throws RtmpException {
        ByteBuffer in = ByteBuffer.wrap(body);
        if (body.length < 4) {
            throw new RtmpException("A control message of the peer is cut.");
        }
        switch (type) {
            case MessageType.SET_CHUNK_SIZE -> reader.chunkBytes(in.getInt());
            case MessageType.ABORT -> reader.abort(in.getInt());
            case MessageType.WINDOW_SIZE -> windowBytes = Math.max(in.getInt(), 2 * ChunkReader.FIRST_CHUNK_BYTES);
            case MessageType.USER_CONTROL -> userControl(in);
            default -> {} // ACKNOWLEDGEMENT, PEER_BANDWIDTH: nobody is throttled by them
        }
    }

    private void userControl(ByteBuffer in) throws RtmpException {
        int event = in.getShort();
        int first = in.remaining() >= 4 ? in.getInt() : 0;
        int second = in.remaining() >= 4 ? in.getInt() : 0;
        if (event == PING_REQUEST) {
            userControl(PING_RESPONSE, first);
        } else if (event != PING_RESPONSE) {
            event(event, first, second);
        }
    }
}
