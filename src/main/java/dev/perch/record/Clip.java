package dev.perch.record;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.ClipHead;
import dev.perch.mp4.FragmentReader;
import dev.perch.mp4.MovieIndex;
import dev.perch.mp4.MovieTrack;
import dev.perch.mp4.RandomAccess;
import dev.perch.mp4.ShownPictures;
import dev.perch.mp4.TrackDescription;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A span of recordings as one ordinary file with the index in front: cut at the key frame before the span, and shown from the first requested picture
 * to the last. The media stay in the recordings' files and are read as they are sent. Gaps between recordings are left out and listed in {@link
 * #gaps}.
 */
public final class Clip {
    private static final System.Logger LOG = System.getLogger(Clip.class.getName());

    private static final int HZ = 90_000;

    /** Sound may lie this many fragments behind its picture. */
    private static final int LATE_FRAGMENTS = 8;

    /** A distance between two recordings that counts as no gap. */
    private static final long SEAM_MILLIS = 500;

    /** A part of the span in which nothing was recorded, in milliseconds since 1970. */
    public record Gap(long fromMillis, long toMillis) {}

    private final List<FileParts.Part> parts = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();
    private final long fromMillis;
    private final long toMillis;
    private final double speed;
    private @Nullable MovieIndex index;
    private long mediaBytes;
    private final ShownPictures shown;
    private long headTicks = -1; // the media time of the first picture; -1 before the first picture
    private long endMillis; // where the recorded part so far ends
    private ByteBuffer head = ByteBuffer.allocate(0);

    private Clip(long fromMillis, long toMillis, double speed) {
        this.fromMillis = fromMillis;
        this.toMillis = toMillis;
        this.speed = speed;
        this.shown = new ShownPictures(fromMillis, toMillis);
        this.endMillis = fromMillis;
    }

    /**
     * Returns the clip of a span; empty if nothing was recorded in it.
     *
     * @param recordings those that overlap the span, the oldest first
     * @param fromMillis the beginning, in milliseconds since 1970
     * @param toMillis the end, exclusive
     * @throws IOException if a file cannot be read
     * @throws MalformedBitstreamException if a file is damaged
     */
    public static Optional<Clip> of(List<Recording> recordings, long fromMillis, long toMillis)
            throws IOException, MalformedBitstreamException {
        return of(recordings, new Clip(fromMillis, toMillis, /* speed= */ 0));
    }

    /**
     * Returns a film of the span's key frames, without sound.
     *
     * @param speed the factor by which it runs faster
     * @throws IOException if a file cannot be read
     * @throws MalformedBitstreamException if a file is damaged
     */
    public static Optional<Clip> timeLapse(List<Recording> recordings, long fromMillis, long toMillis, double speed)
            throws IOException, MalformedBitstreamException {
        return of(recordings, new Clip(fromMillis, toMillis, speed));
    }

    private static Optional<Clip> of(List<Recording> recordings, Clip clip)
            throws IOException, MalformedBitstreamException {
        for (int i = 0; i < recordings.size(); i++) {
            Recording recording = recordings.get(i);
            try (RecordedFile file = RecordedFile.open(recording.path())) {
                clip.add(recording, file, recordings.subList(i + 1, recordings.size()));
            } catch (NoSuchFileException deleted) {
                LOG.log(Level.DEBUG, "a recording was deleted a moment ago, to make room", deleted);
            } catch (MalformedBitstreamException damaged) {
                LOG.log(Level.WARNING, "{0} is damaged and left out: {1}", recording.path(), damaged.getMessage());
            }
        }
        MovieIndex made = clip.index;
        if (made == null || made.samples(MovieTrack.VIDEO_ID) == 0) {
            return Optional.empty();
        }
        if (clip.toMillis - clip.endMillis > SEAM_MILLIS) {
            clip.gaps.add(new Gap(clip.endMillis, clip.toMillis));
        }
        clip.head = clip.speed > 0
                ? ClipHead.of(made, /* fromTicks= */ 0, Long.MAX_VALUE, clip.mediaBytes)
                : ClipHead.of(made, clip.shown.fromTicks(), clip.shown.lengthTicks(), clip.mediaBytes);
        return Optional.of(clip);
    }

    private void add(Recording recording, RecordedFile file, List<Recording> later)
            throws IOException, MalformedBitstreamException {
        long startMillis = Math.floorDiv(file.head().startMicros(), 1000);
        RandomAccess keys = file.keys();
        if (keys.count() == 0) {
            return;
        }
        if (startMillis - endMillis > SEAM_MILLIS) {
            gaps.add(new Gap(endMillis, startMillis));
        }
        MovieIndex present = index;
        if (present == null) {
            present = new MovieIndex(tracks(file, later), Math.floorDiv(fromMillis, 1000));
            index = present;
        }
        Taker taker = new Taker(file, recording, present, keys);
        taker.run();
        endMillis = Math.max(endMillis, taker.endMillis());
    }

    /** Returns the tracks of the clip: those of the first file, and a later file's sound if the first has none. */
    private List<TrackDescription> tracks(RecordedFile first, List<Recording> later) throws IOException {
        List<TrackDescription> tracks = new ArrayList<>(
                first.tracks().stream().filter(TrackDescription::video).toList());
        if (speed == 0) {
            List<TrackDescription> sound = sound(first);
            for (Recording recording : later) {
                sound = sound.isEmpty() ? soundOf(recording) : sound;
            }
            tracks.addAll(sound);
        }
        return tracks;
    }

    private static List<TrackDescription> sound(RecordedFile file) {
        return file.tracks().stream().filter(track -> !track.video()).toList();
    }

    private static List<TrackDescription> soundOf(Recording recording) throws IOException {
        try (RecordedFile file = RecordedFile.open(recording.path())) {
            return sound(file);
        } catch (NoSuchFileException | MalformedBitstreamException leftOut) {
            return List.of(); // the file's own turn reports the error
        }
    }

    /** Returns the size of the whole file. */
    public long sizeBytes() {
        return head.remaining() + mediaBytes;
    }

    /** Returns the gaps in the span, the oldest first. */
    public List<Gap> gaps() {
        return List.copyOf(gaps);
    }

    /** Returns the whole file, read from the recordings as it is consumed. The caller closes it. */
    public InputStream open() {
        return new FileParts(head.duplicate(), parts);
    }

    /** Collects the part of the span that one file has. */
    private final class Taker implements FragmentReader.Samples {
        private final RecordedFile file;
        private final Recording recording;
        private final MovieIndex index;
        private final RandomAccess keys;
        private final long startMicros;
        private final long firstTicks; // of the file, where the clip or the file begins
        private final long baseTicks; // of the clip, where the file's first sample goes
        private RecordedFile.Place place = new RecordedFile.Place(0, 0, 0, 0);
        private int track;
        private boolean beyond; // whether the span is over
        private boolean run; // whether the run has a chunk
        private long ticks; // in the current track's timescale
        private long offset;
        private int timescaleHz = HZ;
        private long lastTicks;
        private long taking; // the first byte of the current contiguous range
        private long takingEnd;

        Taker(RecordedFile file, Recording recording, MovieIndex index, RandomAccess keys) {
            this.file = file;
            this.recording = recording;
            this.index = index;
            this.keys = keys;
            this.startMicros = file.head().startMicros();
            boolean first = index.samples(MovieTrack.VIDEO_ID) == 0;
            long wantedTicks = Math.max(0, (fromMillis * 1000 - startMicros) * 9 / 100);
            this.firstTicks = first ? keys.ticks(keys.at(wantedTicks)) : 0;
            this.baseTicks = first ? 0 : index.endTicks(MovieTrack.VIDEO_ID);
            if (headTicks < 0) {
                headTicks = file.tracks().get(0).startTicks();
            }
            this.lastTicks = firstTicks;
        }

        void run() throws IOException, MalformedBitstreamException {
            index.describe(file.tracks().get(0));
            long at = keys.offset(keys.at(firstTicks));
            int behind = 0;
            for (Optional<RecordedFile.Place> next = file.fragment(at); next.isPresent(); next = file.fragment(at)) {
                place = next.get();
                file.samples(place, this);
                behind += beyond ? 1 : 0;
                if (behind > LATE_FRAGMENTS) {
                    break;
                }
                at = place.end();
            }
            flush();
        }

        long endMillis() {
            return Math.min(toMillis, Math.floorDiv(startMicros + lastTicks * 100 / 9, 1000));
        }

        @Override
        public void run(int trackId, long decodeTicks, int runOffset) {
            if (trackId != MovieTrack.VIDEO_ID && index.has(trackId)) {
                file.tracks().stream().filter(each -> each.id() == trackId).forEach(index::describe);
            }
            timescaleHz = file.tracks().stream()
                    .filter(each -> each.id() == trackId)
                    .findFirst()
                    .map(TrackDescription::timescaleHz)
                    .orElse(HZ);
            track = trackId;
            run = false;
            beyond |= trackId == MovieTrack.VIDEO_ID && startMicros + decodeTicks * 100 / 9 >= toMillis * 1000;
            ticks = decodeTicks;
            offset = place.moof() + runOffset;
        }

        @Override
        public void sample(int durationTicks, int sizeBytes, boolean key, int compositionTicks) {
            // pictures that are shown before others decoded earlier stand behind the span's end
            long early = track == MovieTrack.VIDEO_ID ? headTicks : 0;
            long micros = startMicros + (ticks - early) * 1_000_000L / timescaleHz;
            boolean within = micros < toMillis * 1000 && index.has(track) && ticks * HZ / timescaleHz >= firstTicks;
            if (within && (speed == 0 || key)) {
                take(durationTicks, sizeBytes, key, compositionTicks);
            }
            offset += sizeBytes;
            ticks += durationTicks;
        }

        private void take(int durationTicks, int sizeBytes, boolean key, int compositionTicks) {
            int indexHz = index.timescaleHz(track); // sound of another rate is counted in the first sound's rate
            long since = (ticks - firstTicks * timescaleHz / HZ) * indexHz / timescaleHz + baseTicks * indexHz / HZ;
            if (speed > 0) {
                since = baseTicks + Math.round((ticks - firstTicks) / speed);
                if (index.samples(track) > 0 && since < index.endTicks(track)) {
                    return; // sooner than a display can show it
                }
            }
            if (!run || speed > 0) {
                index.chunk(track, mediaBytes + (takingEnd - taking), since);
                run = true;
            }
            int duration = speed > 0 ? HZ / 30 : (int) ((long) durationTicks * indexHz / timescaleHz);
            index.sample(track, duration, sizeBytes, key, compositionTicks);
            gather(sizeBytes);
            if (track == MovieTrack.VIDEO_ID) {
                long laterTicks = compositionTicks - headTicks;
                shown.add(since + laterTicks, duration, startMicros + (ticks + laterTicks) * 100 / 9);
                lastTicks = Math.max(lastTicks, ticks + durationTicks);
            }
        }

        /** Adds bytes of the file to the clip; neighbouring bytes are read together. */
        private void gather(int sizeBytes) {
            if (offset != takingEnd) {
                flush();
                taking = offset;
            }
            takingEnd = offset + sizeBytes;
        }

        private void flush() {
            if (takingEnd > taking) {
                parts.add(new FileParts.Part(recording.path(), taking, takingEnd - taking));
                mediaBytes += takingEnd - taking;
            }
            taking = takingEnd;
        }
    }
}
