package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The init segment: {@code ftyp} and a {@code moov} without samples, which fragments continue (ISO/IEC 14496-12:2015 §8.8); or with one
 * sample of its first track, whose {@code mdat} follows.
 *
 * <pre>
 * ftyp
 * moov
 *   mvhd
 *   trak        one a track, see TrackBox
 *   mvex
 *     trex      one a track
 * </pre>
 *
 * <p>Durations are 0 and there is no {@code mehd}: any other value delays the first picture in browsers.
 */
public final class InitSegment {
    /** Ticks a second of all times in a track of pictures. */
    public static final int TIMESCALE_HZ = StreamConfig.Picture.TIMESCALE_HZ;

    /** Ticks a second of what stands in no track, the delays of edit lists. */
    static final int MOVIE_TIMESCALE_HZ = 1000;

    /** All but the tracks is under 200 bytes. */
    private static final int FIXED_BYTES = 200;

    private final BoxWriter out;
    private final List<TrackBox> tracks;
    private final int creationTime; // an unsigned number

    /**
     * The sample that a hybrid's {@code moov} describes, a sync sample.
     *
     * @param sizeBytes of its payload, which the caller sends behind
     * @param durationTicks in the timescale of its track; the first fragment's decode time
     * @param composed whether the fragments have composition offsets; the sample itself is shown at 0
     */
    public record FirstSample(int sizeBytes, int durationTicks, boolean composed) {}

    /** Seconds from 1904, the beginning of the times in files (ISO/IEC 14496-12:2015 §8.2.2.3), to 1970. */
    private static final long EPOCH_SECONDS = 2_082_844_800L;

    private InitSegment(List<MovieTrack> movie, @Nullable FirstSample first) {
        this(movie, first, /* creationSeconds= */ -EPOCH_SECONDS);
        ftyp("iso5", "iso6", "mp41");
        moov();
    }

    /** Makes room, and writes nothing yet. */
    private InitSegment(List<MovieTrack> movie, @Nullable FirstSample first, long creationSeconds) {
        this.creationTime = (int) (creationSeconds + EPOCH_SECONDS);
        Set<Integer> ids = new HashSet<>();
        if (movie.isEmpty() || !movie.stream().allMatch(track -> ids.add(track.id()))) {
            throw new IllegalArgumentException("a file has tracks, each with an id of its own: tracks=" + movie);
        }
        int bytes = FIXED_BYTES;
        TrackBox[] boxes = new TrackBox[movie.size()];
        for (int i = 0; i < boxes.length; i++) {
            boxes[i] = new TrackBox(movie.get(i), i == 0 ? first : null);
            bytes += boxes[i].mostBytes();
        }
        this.tracks = List.of(boxes);
        this.out = new BoxWriter(bytes);
    }

    /**
     * Returns the {@code moov} of these tracks alone, of a movie that was begun at {@code creationSeconds} since 1970.
     *
     * @throws IllegalArgumentException if a track cannot be described, or two have the same id
     */
    static Bytes movie(List<MovieTrack> tracks, long creationSeconds) {
        InitSegment segment = new InitSegment(tracks, null, creationSeconds);
        segment.moov();
        return segment.out.written();
    }

    /**
     * Returns the init segment of these tracks, a copy, the caller's own.
     *
     * @throws IllegalArgumentException if a track cannot be described, or two have the same id
     */
    public static Bytes of(List<MovieTrack> tracks) {
        return new InitSegment(tracks, null).out.written();
    }

    /**
     * Returns the init segment of one H.264 track.
     *
     * @param startTicks the composition offset of the first sample, in {@link #TIMESCALE_HZ}: what is shown begins at 0 all the same
     * @throws IllegalArgumentException if the configuration's SPS cannot be read
     */
    public static Bytes video(StreamConfig.H264 config, int startTicks) {
        return of(List.of(MovieTrack.of(config).from(startTicks)));
    }

    /**
     * Returns the init segment of these tracks with the first track's first sample in the {@code moov}'s own tables, and the header of its {@code mdat} at the
     * end; fragments go on behind it. Readers that analyse a track before they play it (FFmpeg's, and so Chromium's) know its frame rate at once by it.
     *
     * @throws IllegalArgumentException if a track cannot be described, or two have the same id
     */
    public static Bytes hybrid(List<MovieTrack> tracks, FirstSample first) {
        InitSegment segment = new InitSegment(tracks, first);
        segment.mdat(first.sizeBytes());
        return segment.out.written();
    }

    /**
     * Returns the same of one H.264 track.
     *
     * @throws IllegalArgumentException if the configuration's SPS cannot be read
     */
    public static Bytes hybrid(StreamConfig.H264 config, FirstSample first) {
        return hybrid(List.of(MovieTrack.of(config)), first);
    }

    /** §8.1.1; the payload follows. */
    private void mdat(int payloadBytes) {
        int header = out.begin("mdat");
        out.overwrite(header, out.position() - header + payloadBytes);
        tracks.get(0).firstSampleAt(out, out.position());
    }

    /**
     * {@code iso5} for default-base-is-moof, {@code iso6} for tfdt version 1, {@code mp41} for readers that know only old brands: the set that
     * ffmpeg writes, so every player has met it. Not {@code cmfc}: CMAF forbids the parameter sets that stand in-band under {@code avc1}, and without them
     * a player that does not read an init segment anew (FFmpeg's of HLS) shows garbage behind a change.
     */
    private void ftyp(String... brands) {
        int ftyp = out.begin("ftyp");
        out.fourcc(brands[0]).u32(512);
        for (String brand : brands) {
            out.fourcc(brand);
        }
        out.end(ftyp);
    }

    private void moov() {
        int moov = out.begin("moov");
        mvhd();
        tracks.forEach(track -> track.trak(out));
        int mvex = out.begin("mvex"); // §8.8.1
        tracks.forEach(track -> track.trex(out));
        out.end(mvex);
        out.end(moov);
    }

    /** §8.2.2. */
    private void mvhd() {
        int mvhd = out.beginFull("mvhd", 0, 0);
        out.u32(creationTime).u32(/* modification_time */ creationTime);
        out.u32(MOVIE_TIMESCALE_HZ).u32(/* duration */ 0);
        out.u32(/* rate */ BoxWriter.UNITY).u16(/* volume */ 0x0100).zeros(10);
        BoxWriter.matrix(out);
        int next = tracks.stream().mapToInt(TrackBox::id).max().orElseThrow() + 1;
        out.zeros(24).u32(/* next_track_ID */ next);
        out.end(mvhd);
    }
}
