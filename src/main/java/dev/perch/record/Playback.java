package dev.perch.record;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.RandomAccess;
import dev.perch.mp4.RecordingHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/** The facts that a player needs of a recording besides its bytes: where it can begin, and its init segment. */
public final class Playback {
    private static final int FTYP_BYTES = 32;
    private static final int HZ = 90_000;

    private Playback() {}

    /**
     * A part of a file that begins with a key frame and ends before another.
     *
     * @param startMillis the capture time of the first frame, in milliseconds since 1970
     * @param offset the first byte
     * @param bytes the number of bytes
     */
    public record Stretch(long startMillis, double seconds, long offset, long bytes) {}

    /** Returns whether a file has sound, whatever its camera has now. */
    public static boolean sounds(Recording recording) throws IOException, MalformedBitstreamException {
        try (RecordedFile file = RecordedFile.open(recording.path())) {
            return file.tracks().stream().anyMatch(track -> !track.video());
        }
    }

    /**
     * Returns the parts of a file that overlap a span.
     *
     * @param fromMillis the beginning, in milliseconds since 1970
     * @param toMillis the end, exclusive
     * @param seconds the least duration of each part
     */
    public static List<Stretch> stretches(Recording recording, long fromMillis, long toMillis, double seconds)
            throws IOException, MalformedBitstreamException {
        try (RecordedFile file = RecordedFile.open(recording.path())) {
            return stretches(file, fromMillis, toMillis, seconds);
        }
    }

    /**
     * Returns the fragment that begins with the last key frame at or before a moment.
     *
     * @param atMillis since the recording's beginning
     */
    public static Stretch fragment(Recording recording, long atMillis) throws IOException, MalformedBitstreamException {
        try (RecordedFile file = RecordedFile.open(recording.path())) {
            RandomAccess keys = file.keys();
            if (keys.count() == 0) {
                throw new MalformedBitstreamException("a recording has a key frame", 0, 0);
            }
            int key = keys.at(Math.max(0, atMillis) * 90);
            long offset = keys.offset(key);
            RecordedFile.Place place = file.fragment(offset)
                    .orElseThrow(() ->
                            new MalformedBitstreamException("a recording has the fragments of its index", 0, offset));
            long millis = Math.floorDiv(file.head().startMicros() + keys.ticks(key) * 100 / 9, 1000);
            return new Stretch(millis, 0, offset, place.end() - offset);
        }
    }

    private static List<Stretch> stretches(RecordedFile file, long fromMillis, long toMillis, double seconds)
            throws IOException, MalformedBitstreamException {
        long startMicros = file.head().startMicros();
        End end = End.of(file);
        RandomAccess keys = end.keys();
        long fromTicks = Math.max(0, (fromMillis * 1000 - startMicros) * 9 / 100);
        long toTicks = Math.min(end.ticks(), (toMillis * 1000 - startMicros) * 9 / 100);
        List<Stretch> found = new ArrayList<>();
        int next;
        for (int i = keys.at(fromTicks); i < keys.count() && keys.ticks(i) < toTicks; i = next) {
            next = i + 1;
            while (next < keys.count() && keys.ticks(next) - keys.ticks(i) < seconds * HZ) {
                next++;
            }
            long behindTicks = next < keys.count() ? keys.ticks(next) : end.ticks();
            long behind = next < keys.count() ? keys.offset(next) : end.offset();
            found.add(new Stretch(
                    Math.floorDiv(startMicros + keys.ticks(i) * 100 / 9, 1000),
                    (double) (behindTicks - keys.ticks(i)) / HZ,
                    keys.offset(i),
                    behind - keys.offset(i)));
        }
        return found;
    }

    /** The end of a file's fragments, and the key frames before it. */
    private record End(RandomAccess keys, long ticks, long offset) {
        static End of(RecordedFile file) throws IOException, MalformedBitstreamException {
            if (file.head().indexOffset() > 0) {
                RandomAccess keys = file.keys();
                return new End(
                        keys,
                        file.durationTicks(),
                        file.head().indexOffset() - keys.mfra().size());
            }
            Scan scan = new Scan(file);
            long offset = scan.run(file.firstFragment());
            return new End(scan.keys(), scan.index().durationTicks(), offset);
        }
    }

    /** Returns the init segment of a file's fragments. */
    public static ByteBuffer init(Recording recording) throws IOException, MalformedBitstreamException {
        try (RecordedFile file = RecordedFile.open(recording.path())) {
            FileChannel channel = file.channel();
            ByteBuffer init = ByteBuffer.allocate(FTYP_BYTES + (int) (file.firstFragment() - RecordingHead.BYTES));
            channel.read(init.limit(FTYP_BYTES), 0);
            channel.read(init.limit(init.capacity()), RecordingHead.BYTES);
            return init.flip();
        }
    }
}
