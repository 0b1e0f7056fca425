package dev.perch.record;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.FragmentReader;
import dev.perch.mp4.RandomAccess;
import dev.perch.mp4.RecordingHead;
import dev.perch.mp4.TrackDescription;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/** A reader of a recorded file, finished or not: its head, its tracks, and its fragments. Used by one thread. */
final class RecordedFile implements AutoCloseable {
    private static final int MOOF = 0x6d6f6f66;
    private static final int MDAT = 0x6d646174;
    private static final int PRFT = 0x70726674;
    private static final int MOST_HEAD_BYTES = 1 << 20;
    private static final int BOX_BYTES = 8;
    private static final int READ_BYTES = 4 << 10;

    private final FileChannel channel;
    private final RecordingHead head;
    private final List<TrackDescription> tracks;
    private final long firstFragment;
    private final long end;
    private ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
    private long bufferedAt = -1; // the offset of the buffer's contents; -1 for none

    /**
     * A fragment's place in the file.
     *
     * @param start of the {@code prft} in front of the moof, or of the moof if there is none
     * @param moof where the moof begins
     * @param mdat where the samples begin
     * @param end behind the fragment
     */
    record Place(long start, long moof, long mdat, long end) {}

    private RecordedFile(FileChannel channel, RecordingHead head, ByteBuffer movie, long firstFragment)
            throws IOException, MalformedBitstreamException {
        this.channel = channel;
        this.head = head;
        this.tracks = TrackDescription.of(movie);
        this.firstFragment = firstFragment;
        this.end = head.indexOffset() > 0 ? Math.min(head.indexOffset(), channel.size()) : channel.size();
    }

    /** Returns the head of a file; empty if it is not Perch's. */
    static Optional<RecordingHead> head(Path path) throws IOException, MalformedBitstreamException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return RecordingHead.read(read(channel, 0, RecordingHead.BYTES));
        }
    }

    /**
     * Opens a file for reading.
     *
     * @throws MalformedBitstreamException if the file is not Perch's, or damaged in front of its first fragment
     */
    static RecordedFile open(Path path) throws IOException, MalformedBitstreamException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        boolean opened = false;
        try {
            RecordedFile file = of(channel);
            opened = true;
            return file;
        } finally {
            if (!opened) {
                channel.close();
            }
        }
    }

    /**
     * Reads a file.
     *
     * @param channel closed with the returned object
     * @throws MalformedBitstreamException if the file is not Perch's, or damaged in front of its first fragment
     */
    static RecordedFile of(FileChannel channel) throws IOException, MalformedBitstreamException {
        RecordingHead head = RecordingHead.read(read(channel, 0, RecordingHead.BYTES))
                .orElseThrow(() -> new MalformedBitstreamException("not a recording of Perch's", 0, 0));
        ByteBuffer box = read(channel, RecordingHead.BYTES, BOX_BYTES);
        int movieBytes = box.remaining() < BOX_BYTES ? 0 : box.getInt(0);
        if (movieBytes < BOX_BYTES || movieBytes > MOST_HEAD_BYTES) {
            throw new MalformedBitstreamException("a recording has its tracks", RecordingHead.BYTES, movieBytes);
        }
        ByteBuffer movie = read(channel, RecordingHead.BYTES, movieBytes);
        return new RecordedFile(channel, head, movie, RecordingHead.BYTES + movieBytes);
    }

    private static ByteBuffer read(FileChannel channel, long from, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        fill(channel, buffer, from);
        return buffer.flip();
    }

    private static void fill(FileChannel channel, ByteBuffer buffer, long from) throws IOException {
        long at = from;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, at);
            if (count < 0) {
                return;
            }
            at += count;
        }
    }

    RecordingHead head() {
        return head;
    }

    List<TrackDescription> tracks() {
        return tracks;
    }

    FileChannel channel() {
        return channel;
    }

    /** Returns the offset of the first fragment. */
    long firstFragment() {
        return firstFragment;
    }

    /** Returns the first whole fragment at {@code offset} or behind; empty if there is none, which includes the rest of a broken one. */
    Optional<Place> fragment(long offset) throws IOException {
        long at = offset;
        int type = type(at);
        if (type == PRFT) {
            at += size(at);
            type = type(at);
        }
        long moof = at;
        long moofBytes = size(moof);
        if (type != MOOF || moofBytes < BOX_BYTES || moofBytes > MOST_HEAD_BYTES) {
            return Optional.empty();
        }
        long mdat = moof + moofBytes;
        long behind = mdat + size(mdat);
        return type(mdat) == MDAT && size(mdat) >= BOX_BYTES && behind <= end
                ? Optional.of(new Place(offset, moof, mdat + BOX_BYTES, behind))
                : Optional.empty();
    }

    /** Reads the samples of a fragment. */
    void samples(Place place, FragmentReader.Samples samples) throws IOException, MalformedBitstreamException {
        int bytes = (int) (place.mdat() - BOX_BYTES - place.moof());
        if (buffer.capacity() < bytes) {
            buffer = ByteBuffer.allocate(2 * bytes);
        }
        buffer.clear().limit(bytes);
        fill(channel, buffer, place.moof());
        bufferedAt = -1;
        FragmentReader.read(buffer.flip(), samples);
    }

    private int type(long at) throws IOException {
        return number(at + 4);
    }

    private long size(long at) throws IOException {
        return number(at) & 0xffff_ffffL;
    }

    private int number(long at) throws IOException {
        if (at + Integer.BYTES > end) {
            return 0;
        }
        if (bufferedAt < 0 || at < bufferedAt || at + Integer.BYTES > bufferedAt + buffer.limit()) {
            buffer.clear();
            fill(channel, buffer, at);
            buffer.flip();
            bufferedAt = at;
        }
        return at + Integer.BYTES <= bufferedAt + buffer.limit() ? buffer.getInt((int) (at - bufferedAt)) : 0;
    }

    /** Returns the length of a finished file, in ticks of 90 kHz, from its index (ISO/IEC 14496-12:2015 §8.2.2). */
    long durationTicks() throws IOException {
        ByteBuffer times = read(channel, head.indexOffset() + 28, 2 * Integer.BYTES);
        return times.remaining() < 2 * Integer.BYTES ? 0 : times.getInt(4) & 0xffff_ffffL;
    }

    /** Returns the fragments with key frames: of a finished file from its index, of another by looking for them. */
    RandomAccess keys() throws IOException, MalformedBitstreamException {
        if (head.indexOffset() > 0) {
            int bytes = RandomAccess.sizeBytes(
                    read(channel, head.indexOffset() - RandomAccess.TAIL_BYTES, RandomAccess.TAIL_BYTES));
            return RandomAccess.read(read(channel, head.indexOffset() - bytes, bytes));
        }
        Scan scan = new Scan(this);
        scan.run(firstFragment);
        return scan.keys();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
