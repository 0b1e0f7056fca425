package dev.perch.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads the bundled loop record by record, again from its start after its end; holds one record at a time, in memory that the caller
 * leases. For one thread at a time.
 *
 * <pre>
 * file   := "PERCHLP1" width:32 height:32 framesPerSecond:32 frames:32 largestRecordBytes:32 record*     big-endian
 * record := kind:8 number:24 sizeBytes:32 payload     kind 1: H.264 access unit with an IDR picture, 2: another one, 3: JPEG
 * </pre>
 *
 * The H.264 frames stand in playing order, numbered from 0; a JPEG stands behind the H.264 frame that it shows and has its number.
 */
final class DemoLoop implements AutoCloseable {
    private static final String RESOURCE = "demo.loop";
    private static final byte[] MAGIC = "PERCHLP1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 28;
    private static final int RECORD_HEADER_BYTES = 8;

    /** What a record holds. */
    enum Kind {
        H264_KEY,
        H264,
        JPEG
    }

    private static final Kind[] KINDS = Kind.values();

    /**
     * What the file says of itself.
     *
     * @param largestRecordBytes the memory that a reader needs
     */
    record Header(int width, int height, int framesPerSecond, int frames, int largestRecordBytes) {
        /** How long after frame 0 frame {@code index} is due; exact to the nanosecond however long the loop runs. */
        long dueNanos(long index) {
            return index / framesPerSecond * 1_000_000_000 + index % framesPerSecond * 1_000_000_000 / framesPerSecond;
        }

        /** The first frame that is due {@code sinceNanos} after frame 0 or later. */
        long indexAt(long sinceNanos) {
            long index = sinceNanos / 1_000_000_000 * framesPerSecond
                    + sinceNanos % 1_000_000_000 * framesPerSecond / 1_000_000_000;
            return dueNanos(index) < sinceNanos ? index + 1 : index;
        }
    }

    private final ByteBuffer memory;
    private final ByteBuffer recordHeader = ByteBuffer.allocate(RECORD_HEADER_BYTES);
    private InputStream file;
    private ReadableByteChannel channel;
    private final Header header;
    private long lap;
    private int number = -1;
    private Kind kind = Kind.H264;
    private int unreadBytes; // of the payload of the record at hand

    /**
     * Opens the file; {@link #advance} finds the first record.
     *
     * @param memory {@link Header#largestRecordBytes} at least, shared
     */
    DemoLoop(ByteBuffer memory) throws IOException {
        this.memory = memory.duplicate();
        this.file = open();
        this.channel = Channels.newChannel(file);
        this.header = readHeader(file);
    }

    /** The bundled file's header. */
    static Header header() throws IOException {
        try (InputStream file = open()) {
            return readHeader(file);
        }
    }

    private static InputStream open() throws IOException {
        InputStream file = DemoLoop.class.getResourceAsStream(RESOURCE);
        if (file == null) {
            throw new IOException("the program is incomplete: it lacks " + RESOURCE);
        }
        return file;
    }

    private static Header readHeader(InputStream file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file.readNBytes(HEADER_BYTES));
        if (bytes.remaining() < HEADER_BYTES || !bytes.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new IOException(RESOURCE + " is damaged: no header");
        }
        bytes.position(MAGIC.length);
        return new Header(bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt(), bytes.getInt());
    }

    /** Goes to the next record: at first to the first one, after the last one to the first again, a lap later. */
    void advance() throws IOException {
        file.skipNBytes(unreadBytes);
        unreadBytes = 0;
        recordHeader.clear();
        if (channel.read(recordHeader) < 0) {
            reopen(lap + 1);
        }
        readFully(recordHeader);
        int kindAndNumber = recordHeader.getInt(0);
        kind = KINDS[(kindAndNumber >>> 24) - 1];
        number = kindAndNumber & 0xffffff;
        unreadBytes = recordHeader.getInt(4);
    }

    /** Goes to the first key frame from frame {@code index} on, which lies ahead. */
    void skipToKeyFrame(long index) throws IOException {
        if (index / header.frames() > lap) {
            reopen(index / header.frames());
        }
        do {
            advance();
        } while (kind != Kind.H264_KEY || index() < index);
    }

    /** The payload of the record at hand, to be read once; valid until the next is read. */
    ByteBuffer payload() throws IOException {
        memory.clear().limit(unreadBytes);
        readFully(memory);
        unreadBytes = 0;
        return memory.flip();
    }

    /** What the record at hand holds. */
    Kind kind() {
        return kind;
    }

    /** The number, within the loop, of the frame at hand. */
    int number() {
        return number;
    }

    /** The number of the frame at hand, counted on from lap to lap. */
    long index() {
        return lap * header.frames() + number;
    }

    private void readFully(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException(RESOURCE + " is damaged: it ends in frame " + number);
            }
        }
    }

    private void reopen(long nextLap) throws IOException {
        file.close();
        file = open();
        channel = Channels.newChannel(file);
        readHeader(file);
        lap = nextLap;
        unreadBytes = 0;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
