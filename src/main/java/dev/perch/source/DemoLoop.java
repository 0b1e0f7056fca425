package dev.perch.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads the bundled loop record by record, and starts over at its end. It holds one record at a time, in memory that the caller leases. For one
 * thread at a time.
 *
 * <pre>
 * file   := "PERCHLP1" width:32 height:32 framesPerSecond:32 frames:32 largestRecordBytes:32 record*     big-endian
 * record := kind:8 number:24 sizeBytes:32 payload     kind 1: H.264 access unit with an IDR picture, 2: another one, 3: JPEG
 * </pre>
 * The H.264 frames are in playing order, numbered from 0. A JPEG follows the H.264 frame that it shows and has the same number.
 */
final class DemoLoop implements AutoCloseable {
    private static final String RESOURCE = "demo.loop";
    private static final byte[] MAGIC = "PERCHLP1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 28;
    private static final int RECORD_HEADER_BYTES = 8;

    enum Kind {
        H264_KEY,
        H264,
        JPEG
    }

    private static final Kind[] KINDS = Kind.values();

    /**
     * The header of the file.
     *
     * @param largestRecordBytes the memory that a reader needs
     */
    record Header(int width, int height, int framesPerSecond, int frames, int largestRecordBytes) {
        /** Returns the time from frame 0 to frame {@code index}, exact to the nanosecond however long the loop runs. */
        long dueNanos(long index) {
            return index / framesPerSecond * 1_000_000_000 + index % framesPerSecond * 1_000_000_000 / framesPerSecond;
        }

        /** Returns the first frame that is due {@code sinceNanos} or more after frame 0. */
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
    private int unreadBytes; // the unread rest of the current record's payload

    /**
     * Opens the file; {@link #advance} moves to the first record.
     *
     * @param memory of at least {@link Header#largestRecordBytes}, shared with the caller
     * @throws IOException if the file cannot be read
     */
    DemoLoop(ByteBuffer memory) throws IOException {
        this.memory = memory.duplicate();
        this.file = open();
        this.channel = Channels.newChannel(file);
        this.header = readHeader(file);
    }

    /** Returns the bundled file's header. */
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

    /** Moves to the next record; after the last one to the first again, one lap later. */
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

    /** Moves to the first key frame at or after frame {@code index}, which must lie ahead. */
    void skipToKeyFrame(long index) throws IOException {
        if (index / header.frames() > lap) {
            reopen(index / header.frames());
        }
        do {
            advance();
        } while (kind != Kind.H264_KEY || index() < index);
    }

    /** Reads the payload of the current record, once. It is valid until the next one is read. */
    ByteBuffer payload() throws IOException {
        memory.clear().limit(unreadBytes);
        readFully(memory);
        unreadBytes = 0;
        return memory.flip();
    }

    /** Returns the kind of the current record. */
    Kind kind() {
        return kind;
    }

    /** Returns the number of the current frame within the loop. */
    int number() {
        return number;
    }

    /** Returns the number of the current frame, counted across laps. */
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
