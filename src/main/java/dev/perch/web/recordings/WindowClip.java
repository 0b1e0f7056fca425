package dev.perch.web.recordings;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.ClipHead;
import dev.perch.mp4.FragmentReader;
import dev.perch.mp4.MovieIndex;
import dev.perch.mp4.MovieTrack;
import dev.perch.mp4.ShownPictures;
import dev.perch.mp4.TrackDescription;
import dev.perch.window.Segment;
import dev.perch.window.SegmentWindow;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A span of the segments in memory as one ordinary file. The segments are held, not copied, until it is sent: its {@code mdat} contains them as they
 * are, and the index points to their samples. Made and read by one thread at a time.
 */
final class WindowClip extends InputStream {
    private static final int HZ = 90_000;
    private static final int BOX_BYTES = 8;
    private static final int MOOF = 0x6d6f6f66;
    private static final int MOST_MOOF_BYTES = 1 << 20;

    private final long fromMillis;
    private final long toMillis;
    private final List<Segment> held = new ArrayList<>();
    private final ShownPictures shown;
    private long mediaBytes;
    private long headTicks; // the media time of the first picture
    private long startMicros; // of the first picture, since 1970
    private long firstTicks; // of the first picture
    private ByteBuffer head = ByteBuffer.allocate(0);
    private Iterator<Segment> sending = held.iterator();
    private @Nullable Segment present;
    private int at;
    private Runnable sent = () -> {};

    private WindowClip(long fromMillis, long toMillis) {
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.shown = new ShownPictures(fromMillis, toMillis);
    }

    /**
     * Returns the clip of a span; empty if nothing of it is in memory. The caller closes it.
     *
     * @param pictures the window of the camera's pictures
     * @param sound the window of its sound, if there is one
     * @param sent run when the clip is closed
     */
    static Optional<WindowClip> of(
            SegmentWindow pictures, Optional<SegmentWindow> sound, long fromMillis, long toMillis, Runnable sent)
            throws IOException, MalformedBitstreamException {
        WindowClip clip = new WindowClip(fromMillis, toMillis);
        boolean made = false;
        try {
            made = clip.make(pictures, sound);
        } finally {
            if (!made) {
                clip.close();
            }
        }
        if (!made) {
            return Optional.empty();
        }
        clip.sent = sent;
        return Optional.of(clip);
    }

    private boolean make(SegmentWindow pictures, Optional<SegmentWindow> sound)
            throws IOException, MalformedBitstreamException {
        List<Segment> seen = held(pictures);
        if (seen.isEmpty()) {
            return false;
        }
        List<Segment> heard = sound.isPresent() ? held(sound.get()) : List.of();
        List<TrackDescription> tracks = new ArrayList<>(tracks(seen.get(0)));
        if (!heard.isEmpty()) {
            tracks.addAll(tracks(heard.get(0)));
        }
        startMicros = seen.get(0).wallClockMicros();
        firstTicks = seen.get(0).startTicks();
        headTicks = tracks.get(0).startTicks();
        MovieIndex made = new MovieIndex(tracks, Math.floorDiv(startMicros, 1_000_000L));
        for (Segment segment : held) {
            tracks(segment).forEach(made::describe);
            collect(segment, made);
            mediaBytes += segment.sizeBytes();
        }
        if (made.samples(MovieTrack.VIDEO_ID) == 0) {
            return false;
        }
        head = ClipHead.of(made, shown.fromTicks(), shown.lengthTicks(), mediaBytes);
        sending = held.iterator();
        return true;
    }

    /** Holds the complete segments that overlap the span. */
    private List<Segment> held(SegmentWindow window) {
        List<Segment> found = new ArrayList<>();
        for (Segment listed : window.view().listed()) {
            long start = listed.wallClockMicros() / 1000;
            boolean within = start < toMillis && start + listed.durationTicks() * 1000 / HZ > fromMillis;
            if (listed.complete() && within) {
                window.retain(listed.number()).ifPresent(found::add);
            }
        }
        held.addAll(found);
        return found;
    }

    private static List<TrackDescription> tracks(Segment segment) throws MalformedBitstreamException {
        return TrackDescription.of(segment.init().bytes().buffer());
    }

    /** Adds a segment's samples to the index. */
    private void collect(Segment segment, MovieIndex into) throws IOException, MalformedBitstreamException {
        int size = segment.sizeBytes();
        for (int box = 0; box + BOX_BYTES <= size; ) {
            ByteBuffer header = read(segment, box, BOX_BYTES);
            int bytes = header.getInt();
            if (bytes < BOX_BYTES || bytes > size - box) {
                throw new MalformedBitstreamException("a segment is of whole boxes", box, bytes);
            }
            if (header.getInt() == MOOF && bytes <= MOST_MOOF_BYTES) {
                FragmentReader.read(read(segment, box, bytes), new Taker(into, tracks(segment), mediaBytes + box));
            }
            box += bytes;
        }
    }

    private static ByteBuffer read(Segment segment, int from, int bytes) throws IOException {
        ByteBuffer copy = ByteBuffer.allocate(bytes);
        while (copy.hasRemaining()) {
            segment.bytes().writeTo(copy::put, from + copy.position(), copy.remaining());
        }
        return copy.flip();
    }

    /** Collects the samples of one fragment that are within the span. */
    private final class Taker implements FragmentReader.Samples {
        private final MovieIndex index;
        private final List<TrackDescription> tracks;
        private final long moof; // the fragment's place in the media
        private int track;
        private int timescaleHz = HZ;
        private long ticks;
        private long offset;
        private boolean run; // whether the run has a chunk

        Taker(MovieIndex index, List<TrackDescription> tracks, long moof) {
            this.index = index;
            this.tracks = tracks;
            this.moof = moof;
        }

        @Override
        public void run(int trackId, long decodeTicks, int runOffset) {
            track = trackId;
            timescaleHz = tracks.stream()
                    .filter(each -> each.id() == trackId)
                    .findFirst()
                    .map(TrackDescription::timescaleHz)
                    .orElse(HZ);
            ticks = decodeTicks;
            offset = moof + runOffset;
            run = false;
        }

        @Override
        public void sample(int durationTicks, int sizeBytes, boolean key, int compositionTicks) {
            long since = ticks - firstTicks * timescaleHz / HZ;
            boolean picture = track == MovieTrack.VIDEO_ID;
            // pictures that are shown before others decoded earlier stand behind the span's end
            long micros = startMicros + (since - (picture ? headTicks : 0)) * 1_000_000L / timescaleHz;
            boolean within = since >= 0 && micros < toMillis * 1000 && index.has(track);
            if (within) {
                if (!run) {
                    index.chunk(track, offset, since);
                    run = true;
                }
                index.sample(track, durationTicks, sizeBytes, key, compositionTicks);
                if (picture) {
                    long shownTicks = since + compositionTicks - headTicks;
                    shown.add(shownTicks, durationTicks, startMicros + shownTicks * 100 / 9);
                }
            }
            offset += sizeBytes;
            ticks += durationTicks;
        }
    }

    /** Returns the size of the whole file. */
    long sizeBytes() {
        return head.limit() + mediaBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int count) throws IOException {
        if (head.hasRemaining()) {
            int some = Math.min(count, head.remaining());
            head.get(bytes, from, some);
            return some;
        }
        Segment segment = present;
        while (segment == null || at == segment.sizeBytes()) {
            if (!sending.hasNext()) {
                return -1;
            }
            segment = sending.next();
            present = segment;
            at = 0;
        }
        ByteBuffer target = ByteBuffer.wrap(bytes, from, count);
        int some = segment.bytes().writeTo(target::put, at, count);
        at += some;
        return some;
    }

    /** Releases the segments. */
    @Override
    public void close() {
        held.forEach(segment -> segment.bytes().close());
        held.clear();
        Runnable once = sent;
        sent = () -> {};
        once.run();
    }
}
