package dev.perch.record;

import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.RecordingHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Makes an ordinary file of one that grew, in place: what a power cut left of its last fragment is cut off, the index is appended and forced onto the disk, and only then the head is
 * replaced. Whenever it is interrupted, the file plays: without its index as before, or with it.
 */
final class Finish {
    private Finish() {}

    /**
     * What came of it.
     *
     * @param durationTicks how long the file is, in ticks of 90 kHz; 0 where that is not known
     */
    record Outcome(Result result, long durationTicks, long sizeBytes) {}

    /** Whether a file is finished. */
    enum Result {
        FINISHED,
        /** It was finished already. */
        WAS_FINISHED,
        /** It has no whole fragment. */
        EMPTY,
        /** Another process writes it. */
        IN_USE
    }

    /**
     * Finishes a file.
     *
     * @param owed whether a program is to be run for it then: it is marked so until that has been
     * @throws MalformedBitstreamException if it is not one of Perch's, or not of this version: it stays as it is
     */
    static Outcome finish(Disk disk, Path path, boolean owed) throws IOException, MalformedBitstreamException {
        try (FileChannel channel = disk.open(path);
                FileLock lock = lock(channel)) {
            return lock == null ? new Outcome(Result.IN_USE, 0, channel.size()) : finish(channel, owed);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ours) {
            return null;
        }
    }

    private static Outcome finish(FileChannel channel, boolean owed) throws IOException, MalformedBitstreamException {
        RecordedFile file = RecordedFile.of(channel);
        if (file.head().indexOffset() > 0) {
            return new Outcome(Result.WAS_FINISHED, file.durationTicks(), channel.size());
        }
        Scan scan = new Scan(file);
        long end = scan.run(file.firstFragment());
        if (end == file.firstFragment()) {
            return new Outcome(Result.EMPTY, 0, channel.size());
        }
        channel.truncate(end);
        Bytes keys = scan.keys().mfra();
        long indexOffset = end + keys.size();
        write(channel, keys.buffer(), end);
        write(channel, scan.index().moov().buffer(), indexOffset);
        if (owed) {
            write(channel, RecordingHead.mark(true), RecordingHead.OWED_OFFSET);
        }
        channel.force(true); // before the head says that it is there
        write(channel, RecordingHead.roof(indexOffset), RecordingHead.ROOF_OFFSET);
        channel.force(false);
        return new Outcome(Result.FINISHED, scan.index().longestTicks(), channel.size());
    }

    private static void write(FileChannel channel, ByteBuffer bytes, long offset) throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
