package dev.perch.record;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.mp4.FragmentReader;
import dev.perch.mp4.MovieIndex;
import dev.perch.mp4.MovieTrack;
import dev.perch.mp4.RandomAccess;
import java.io.IOException;
import java.util.Optional;

/** Collects the index of a file from its fragments. Used by one thread. */
final class Scan implements FragmentReader.Samples {
    private final RecordedFile file;
    private final RandomAccess keys = new RandomAccess();
    private final MovieIndex index;
    private RecordedFile.Place place = new RecordedFile.Place(0, 0, 0, 0);
    private int track;
    private boolean first;
    private long runTicks;

    Scan(RecordedFile file) {
        this.file = file;
        this.index = new MovieIndex(file.tracks(), Math.floorDiv(file.head().startMicros(), 1_000_000L));
    }

    /** Collects the whole fragments from {@code offset} on. Returns where the last one ends. */
    long run(long offset) throws IOException, MalformedBitstreamException {
        long at = offset;
        for (Optional<RecordedFile.Place> next = file.fragment(at); next.isPresent(); next = file.fragment(at)) {
            place = next.get();
            file.samples(place, this);
            at = place.end();
        }
        return at;
    }

    @Override
    public void run(int trackId, long decodeTicks, int offset) throws MalformedBitstreamException {
        if (!index.has(trackId)) {
            throw new MalformedBitstreamException("a fragment is of a track of the file", offset, trackId);
        }
        track = trackId;
        first = trackId == MovieTrack.VIDEO_ID;
        runTicks = decodeTicks;
        index.chunk(trackId, place.moof() + offset, decodeTicks);
    }

    @Override
    public void sample(int durationTicks, int sizeBytes, boolean key, int compositionTicks) {
        if (first && key) {
            keys.add(runTicks, place.start());
        }
        first = false;
        index.sample(track, durationTicks, sizeBytes, key, compositionTicks);
    }

    MovieIndex index() {
        return index;
    }

    RandomAccess keys() {
        return keys;
    }
}
