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
 * Turns a grown file into an ordinary one, in place: the rest of a last fragment that a power cut left is cut off, the index is appended and forced
 * onto the disk, and only then the head is replaced. Wherever this is interrupted, the file plays: without its index as before, or with it.
 */
final class Finish {
    private Finish() {}

    /**
     * The result.
     *
     * @param durationTicks the file's length, in ticks of 90 kHz; 0 if unknown
     */
    record Outcome(Result result, long durationTicks, long sizeBytes) {}

    enum Result {
        FINISHED,
        /** The file was finished already. */
        WAS_FINISHED,
        /** The file has no whole fragment. */
        EMPTY,
        /** Another process is writing the file. */
        IN_USE
    }

    /**
     * Finishes a file.
     *
     * @param owed whether a program is to be run for it: the file is marked until the program has run
     * @throws IOException if the disk fails
     * @throws MalformedBitstreamException if the file is not Perch's, or of another version: it stays as it is
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
        channel.force(true); // before the head says that the index is there
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
