package dev.perch.record;

import dev.perch.media.StreamConfig;
import dev.perch.mp4.MovieFragment;
import dev.perch.mp4.MovieTrack;
import dev.perch.mp4.ProducerTime;
import dev.perch.mp4.RecordingHead;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A file that grows by fragments. One thread writes it, another syncs and closes it. */
final class RecordingFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(RecordingFile.class.getName());
    private static final int HEAD_BYTES = 8 << 10;

    /** The ending of the name of a file without a head. */
    static final String BEGUN = ".new";

    private final Path path;
    private final FileChannel channel;
    private final StreamConfig.H264 video;
    private final StreamConfig.@Nullable Aac sound;
    private final long baseTicks;
    private final long startMicros;
    private final MovieFragment fragment = new MovieFragment();
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private ByteBuffer head = ByteBuffer.allocateDirect(HEAD_BYTES);
    private ByteBuffer[] gathered = new ByteBuffer[0];
    private int sequenceNumber;
    private long sizeBytes;
    private long endTicks;
    private volatile boolean dirty; // the writer sets it, the syncing thread clears it

    private RecordingFile(Path path, FileChannel channel, String camera, Cut first) throws IOException {
        this.path = path;
        this.channel = channel;
        this.video = Objects.requireNonNull(first.videoConfig);
        this.sound = first.soundConfig;
        this.baseTicks = first.startTicks();
        this.startMicros = first.wallMicros;
        List<MovieTrack> tracks = new ArrayList<>();
        tracks.add(MovieTrack.of(video).from(Math.max(0, first.video.firstCompositionTicks())));
        if (sound != null) {
            tracks.add(MovieTrack.of(sound));
        }
        ByteBuffer begin = new RecordingHead(
                        camera, startMicros, /* kept= */ false, /* owed= */ false, /* indexOffset= */ 0)
                .begin(tracks)
                .buffer();
        sizeBytes = begin.remaining();
        while (begin.hasRemaining()) {
            channel.write(begin);
        }
        channel.force(true);
        lock();
    }

    /** Locks the file so that other processes do not finish it; a file system without locks has no other users. */
    private void lock() {
        try {
            if (channel.tryLock() == null) {
                LOG.log(Level.WARNING, path + " is locked by another process");
            }
        } catch (IOException none) {
            LOG.log(Level.DEBUG, "no locks on the file system of " + path, none);
        }
    }

    /**
     * Creates the file and writes everything in front of its first fragment.
     *
     * @param first the fragment that is appended next
     */
    static RecordingFile create(Disk disk, Path path, String camera, Cut first) throws IOException {
        if (Files.exists(path)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Path begun =
                path.resolveSibling("." + path.getFileName() + BEGUN); // no file gets its name before it has a head
        FileChannel channel = disk.create(begun);
        boolean made = false;
        try {
            RecordingFile file = new RecordingFile(path, channel, camera, first);
            disk.rename(begun, path);
            made = true;
            return file;
        } finally {
            if (!made) {
                channel.close();
                Files.deleteIfExists(begun);
            }
        }
    }

    /** Returns whether a fragment fits the file's parameters, so that it can follow. */
    boolean fits(Cut cut) {
        return cut.videoConfig != null
                && cut.videoConfig.sps().equals(video.sps())
                && cut.videoConfig.pps().equals(video.pps())
                && (cut.soundConfig == null || cut.soundConfig.equals(sound));
    }

    /** Appends a fragment. */
    void append(Cut cut) throws IOException {
        fragment.begin(++sequenceNumber);
        cut.video.describe(fragment, MovieTrack.VIDEO_ID, cut.startTicks() - baseTicks);
        boolean sounds = sound != null && !cut.sound.empty() && sound.equals(cut.soundConfig);
        if (sound != null && sounds) {
            long rate = sound.sampleRateHz();
            long base = baseTicks / 90_000 * rate + baseTicks % 90_000 * rate / 90_000;
            cut.sound.describe(fragment, MovieTrack.SOUND_ID, Math.max(0, cut.sound.startTicks() - base));
        }
        int headBytes = ProducerTime.BYTES + fragment.headBytes();
        head = headBytes > head.capacity() ? ByteBuffer.allocateDirect(2 * headBytes) : head;
        head.clear();
        long sinceMicros = (cut.startTicks() - baseTicks) * 100 / 9;
        ProducerTime.write(head, MovieTrack.VIDEO_ID, startMicros + sinceMicros, cut.startTicks() - baseTicks);
        fragment.write(head);
        pieces.clear();
        pieces.add(head.flip());
        cut.video.payload(pieces);
        if (sounds) {
            cut.sound.payload(pieces);
        }
        write();
        endTicks = cut.endTicks();
    }

    private void write() throws IOException {
        gathered = pieces.toArray(gathered);
        int count = pieces.size();
        long left = 0;
        for (ByteBuffer piece : pieces) {
            left += piece.remaining();
        }
        pieces.clear();
        int at = 0;
        while (left > 0) {
            dirty = true; // even if only a part was written
            long written = channel.write(gathered, at, count - at);
            left -= written;
            sizeBytes += written;
            while (at < count && !gathered[at].hasRemaining()) {
                at++;
            }
        }
        dirty = true;
        Arrays.fill(gathered, null);
    }

    /**
     * Forces what was written onto the disk.
     *
     * @throws IOException also if the file is no longer there
     */
    void sync() throws IOException {
        if (dirty) {
            dirty = false; // later writes may be forced with this, or with the next sync
            channel.force(false);
        }
        if (!Files.exists(path)) {
            throw new NoSuchFileException(
                    path.toString(), null, "the file, or the folder or disk that it lies on, was taken away");
        }
    }

    Path path() {
        return path;
    }

    long startMicros() {
        return startMicros;
    }

    long sizeBytes() {
        return sizeBytes;
    }

    /** Returns the length so far, in ticks of 90 kHz. */
    long durationTicks() {
        return Math.max(0, endTicks - baseTicks);
    }

    /** Closes the file when everything is written. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            LOG.log(Level.DEBUG, "a file did not close", failed);
        }
    }
}
