package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The init segment: {@code ftyp} and a {@code moov} without samples, which fragments continue (ISO/IEC 14496-12:2015 §8.8); or with one sample of its
 * first track, whose {@code mdat} follows.
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
 * <p>Durations are 0 and there is no {@code mehd}: other values delay the first picture in browsers.
 */
public final class InitSegment {
    /** Ticks a second of all times in a track of pictures. */
    public static final int TIMESCALE_HZ = StreamConfig.Picture.TIMESCALE_HZ;

    /** Ticks a second of times outside of tracks: the delays of edit lists. */
    static final int MOVIE_TIMESCALE_HZ = 1000;

    /** More than all boxes outside the tracks have. */
    private static final int FIXED_BYTES = 200;

    private final BoxWriter out;
    private final List<TrackBox> tracks;
    private final int creationTime; // seconds since 1904, an unsigned number

    /**
     * The sample that a hybrid's {@code moov} describes, a sync sample.
     *
     * @param sizeBytes the size of the payload, which the caller sends behind the segment
     * @param durationTicks in the timescale of the track; the first fragment's decode time
     * @param composed whether the fragments have composition offsets; the sample itself is shown at 0
     */
    public record FirstSample(int sizeBytes, int durationTicks, boolean composed) {}

    /** The seconds from 1904, where times in files begin (ISO/IEC 14496-12:2015 §8.2.2.3), to 1970. */
    private static final long EPOCH_SECONDS = 2_082_844_800L;

    private InitSegment(List<MovieTrack> movie, @Nullable FirstSample first) {
        this(movie, first, /* creationSeconds= */ -EPOCH_SECONDS);
        ftyp("iso5", "iso6", "mp41");
        moov();
    }

    /** Allocates the space and writes nothing yet. */
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
     * Returns the {@code moov} of these tracks alone.
     *
     * @param creationSeconds when the movie began, in seconds since 1970
     * @throws IllegalArgumentException if a track cannot be described, or two have the same id
     */
    static Bytes movie(List<MovieTrack> tracks, long creationSeconds) {
        InitSegment segment = new InitSegment(tracks, null, creationSeconds);
        segment.moov();
        return segment.out.written();
    }

    /**
     * Returns the init segment of these tracks; the bytes belong to the caller.
     *
     * @throws IllegalArgumentException if a track cannot be described, or two have the same id
     */
    public static Bytes of(List<MovieTrack> tracks) {
        return new InitSegment(tracks, null).out.written();
    }

    /**
     * Returns the init segment of one H.264 track.
     *
     * @param startTicks the composition offset of the first sample, in {@link #TIMESCALE_HZ}, which an edit list takes off so that the presentation
     *     begins at 0
     * @throws IllegalArgumentException if the configuration's SPS cannot be read
     */
    public static Bytes video(StreamConfig.H264 config, int startTicks) {
        return of(List.of(MovieTrack.of(config).from(startTicks)));
    }

    /**
     * Returns the init segment of these tracks with the first track's first sample in the {@code moov}'s own tables, and the header of its {@code
     * mdat} at the end; fragments follow behind it. It tells the frame rate at once to readers that analyse a track before they play it (FFmpeg's,
     * and so Chromium's).
     *
     * @throws IllegalArgumentException if a track cannot be described, or two have the same id
     */
    public static Bytes hybrid(List<MovieTrack> tracks, FirstSample first) {
        InitSegment segment = new InitSegment(tracks, first);
        segment.mdat(first.sizeBytes());
        return segment.out.written();
    }

    /**
     * Returns the hybrid init segment of one H.264 track.
     *
     * @throws IllegalArgumentException if the configuration's SPS cannot be read
     */
    public static Bytes hybrid(StreamConfig.H264 config, FirstSample first) {
        return hybrid(List.of(MovieTrack.of(config)), first);
    }

    /** Writes the header of the {@code mdat} (§8.1.1); the payload follows. */
    private void mdat(int payloadBytes) {
        int header = out.begin("mdat");
        out.overwrite(header, out.position() - header + payloadBytes);
        tracks.get(0).firstSampleAt(out, out.position());
    }

    /**
     * Writes {@code ftyp} with {@code iso5} for default-base-is-moof, {@code iso6} for tfdt version 1, {@code mp41} for readers that know only old
     * brands: the set that ffmpeg writes, so every player has met it. {@code cmfc} is not among them: CMAF forbids parameter sets in-band under
     * {@code avc1}, and without them a player that does not read an init segment anew (FFmpeg's of HLS) shows garbage after a change.
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
