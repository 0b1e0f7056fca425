package dev.perch.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * Reads the demo's sound frame by frame, and starts over at its end. It lasts four loops of the pictures, the shortest time that has whole loops and
 * whole frames. The memory is the caller's. For one thread at a time.
 *
 * <pre>
 * file  := "PERCHAU1" sampleRateHz:32 channels:32 frames:32 largestFrameBytes:32 frame*     big-endian
 * frame := sizeBytes:16 raw_data_block     AAC-LC, 1024 samples (ISO/IEC 14496-3 §4.4.2.1)
 * </pre>
 */
final class DemoSound implements AutoCloseable {
    /** The rate and the channels in the file's header, known before the file is opened. */
    static final int SAMPLE_RATE_HZ = 48_000;

    static final int CHANNELS = 1;

    private static final int SAMPLES = 1024; // in a frame
    private static final String RESOURCE = "demo.sound";
    private static final byte[] MAGIC = "PERCHAU1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = 24;

    private final ByteBuffer memory;
    private final ByteBuffer size = ByteBuffer.allocate(Short.BYTES);
    private InputStream file;
    private ReadableByteChannel channel;
    private int frames;
    private long index; // of the next frame

    /**
     * Opens the file in front of a frame.
     *
     * @param memory of at least a frame's size, shared with the caller
     * @param index of the first wanted frame, counted from the beginning of the first lap
     * @throws IOException if the file cannot be read
     */
    DemoSound(ByteBuffer memory, long index) throws IOException {
        this.memory = memory.duplicate();
        this.file = DemoSound.class.getResourceAsStream(RESOURCE);
        this.channel = open();
        skipTo(index);
    }

    /** Returns the time from the beginning to frame {@code index}, exact to the nanosecond however long the sound runs. */
    static long dueNanos(long index) {
        long samples = index * SAMPLES;
        return samples / SAMPLE_RATE_HZ * 1_000_000_000 + samples % SAMPLE_RATE_HZ * 1_000_000_000 / SAMPLE_RATE_HZ;
    }

    /** Returns the first frame that begins {@code sinceNanos} or more after the beginning. */
    static long indexAt(long sinceNanos) {
        long samples = sinceNanos / 1_000_000_000 * SAMPLE_RATE_HZ
                + sinceNanos % 1_000_000_000 * SAMPLE_RATE_HZ / 1_000_000_000;
        long index = samples / SAMPLES;
        return dueNanos(index) < sinceNanos ? index + 1 : index;
    }

    private ReadableByteChannel open() throws IOException {
        if (file == null) {
            throw new IOException("the program is incomplete: it lacks " + RESOURCE);
        }
        ByteBuffer header = ByteBuffer.wrap(file.readNBytes(HEADER_BYTES));
        if (header.remaining() < HEADER_BYTES
                || !header.slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))
                || header.getInt(8) != SAMPLE_RATE_HZ
                || header.getInt(12) != CHANNELS
                || header.getInt(20) > memory.capacity()) {
            throw new IOException(RESOURCE + " is damaged: no header");
        }
        frames = header.getInt(16);
        return Channels.newChannel(file);
    }

    /** Moves to frame {@code wanted}, which must lie ahead. */
    void skipTo(long wanted) throws IOException {
        if (wanted / frames > index / frames) {
            reopen();
            index = wanted / frames * frames;
        }
        while (index < wanted) {
            file.skipNBytes(frameBytes());
            index++;
        }
    }

    /** Returns the number of the frame that {@link #next} reads. */
    long index() {
        return index;
    }

    /** Reads the next frame. It is valid until the caller uses its memory again. */
    ByteBuffer next() throws IOException {
        if (index > 0 && index % frames == 0) {
            reopen();
        }
        memory.clear().limit(frameBytes());
        readFully(memory);
        index++;
        return memory.flip();
    }

    private int frameBytes() throws IOException {
        size.clear();
        readFully(size);
        return size.getShort(0) & 0xffff;
    }

    private void readFully(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException(RESOURCE + " is damaged: it ends in frame " + index % frames);
            }
        }
    }

    private void reopen() throws IOException {
        file.close();
        file = DemoSound.class.getResourceAsStream(RESOURCE);
        channel = open();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
