package dev.perch.mp4;

import dev.perch.media.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The {@code moov} with all samples of a file (ISO/IEC 14496-12:2015 §8.2), collected from its fragments. Takes some bytes a sample while it is made. Not thread-safe.
 *
 * <pre>
 * moov
 *   mvhd
 *   trak
 *     tkhd
 *     edts  elst     where a track begins later than the whole, or is shown from a later moment on
 *     mdia
 *       mdhd
 *       hdlr
 *       minf
 *         vmhd, smhd
 *         dinf
 *         stbl
 * </pre>
 */
public final class MovieIndex {
    /** Ticks a second of the whole movie: the times of pictures are exact. */
    private static final int TIMESCALE_HZ = InitSegment.TIMESCALE_HZ;

    private static final long EPOCH_SECONDS = 2_082_844_800L; // seconds from 1904 to 1970
    private static final int TKHD_DURATION_AT = 28;
    private static final int NO_MEDIA = -1;
    private static final int TRACK_BYTES = 400;

    private final List<SampleTable> tables = new ArrayList<>();
    private final long creationSeconds;

    /**
     * Creates an index without samples.
     *
     * @param creationSeconds when the first sample was captured, in seconds since 1970
     */
    public MovieIndex(List<TrackDescription> tracks, long creationSeconds) {
        this.creationSeconds = creationSeconds;
        tracks.forEach(track -> tables.add(new SampleTable(track)));
    }

    private SampleTable table(int trackId) {
        for (SampleTable table : tables) {
            if (table.track().id() == trackId) {
                return table;
            }
        }
        throw new IllegalArgumentException("no such track: trackId=" + trackId);
    }

    /** Returns whether there is a track of that track_ID. */
    public boolean has(int trackId) {
        return tables.stream().anyMatch(table -> table.track().id() == trackId);
    }

    /**
     * Begins a chunk of samples that lie one behind the other.
     *
     * @param offset of the first sample in the file
     * @param decodeTicks of the first sample, in the timescale of the track; the sample before lasts until then
     */
    public void chunk(int trackId, long offset, long decodeTicks) {
        table(trackId).chunk(offset, decodeTicks);
    }

    /** Adds a sample to the last chunk of its track. Times are in the timescale of the track. */
    public void sample(int trackId, int durationTicks, int sizeBytes, boolean key, int compositionTicks) {
        table(trackId).sample(durationTicks, sizeBytes, key, compositionTicks);
    }

    /** Describes the following samples by another file's sample entry. */
    public void describe(TrackDescription track) {
        table(track.id()).describe(track.entry());
    }

    /** Returns the timescale of a track. */
    public int timescaleHz(int trackId) {
        return table(trackId).track().timescaleHz();
    }

    /** Returns the decode time behind the last sample of a track. */
    public long endTicks(int trackId) {
        return table(trackId).endTicks();
    }

    /** Returns the number of a track's samples. */
    public int samples(int trackId) {
        return table(trackId).samples();
    }

    /** Returns the length of the track of pictures, in ticks of 90 kHz. */
    public long durationTicks() {
        return movieTicks(tables.get(0));
    }

    /** Returns the length of the whole movie, in ticks of 90 kHz, until the end of the last track, as {@link #moov} states it. */
    public long longestTicks() {
        return longestTicks(/* fromTicks= */ 0, /* ticks= */ Long.MAX_VALUE);
    }

    private long longestTicks(long fromTicks, long ticks) {
        return tables.stream()
                .filter(table -> table.samples() > 0)
                .mapToLong(table -> new Edit(table, fromTicks, ticks).endTicks())
                .max()
                .orElse(0);
    }

    /** Returns the memory held, {@link #moov}'s included, in bytes. */
    public long heldBytes() {
        return tables.stream()
                .mapToLong(table -> table.heldBytes() + table.mostBytes())
                .sum();
    }

    /** Returns an upper bound for the size of {@link #moov} in bytes. */
    public int mostBytes() {
        return (int) (200
                + tables.stream()
                        .mapToLong(table -> TRACK_BYTES + table.mostBytes())
                        .sum());
    }

    /** Adds {@code bytes} to the offsets of all chunks, because the media begin later in the file. */
    public void move(long bytes) {
        tables.forEach(table -> table.move(bytes));
    }

    /** Returns the box, a copy. */
    public Bytes moov() {
        return moov(/* fromTicks= */ 0, /* ticks= */ Long.MAX_VALUE);
    }

    /**
     * Returns the box of a movie of which only a part is shown.
     *
     * @param fromTicks where that part begins, in ticks of 90 kHz
     * @param ticks its length at most, in ticks of 90 kHz
     */
    public Bytes moov(long fromTicks, long ticks) {
        BoxWriter out = new BoxWriter(mostBytes());
        int moov = out.begin("moov");
        mvhd(out, longestTicks(fromTicks, ticks));
        for (SampleTable table : tables) {
            if (table.samples() > 0) {
                trak(out, table, new Edit(table, fromTicks, ticks));
            }
        }
        out.end(moov);
        return out.written();
    }

    private static long movieTicks(SampleTable table) {
        return scaled(table.ticks(), table.track());
    }

    private static long scaled(long ticks, TrackDescription track) {
        return ticks * TIMESCALE_HZ / track.timescaleHz();
    }

    /**
     * The edit list of a track (§8.6.6): the delay before the track begins, and the part that is shown then. Times are in the movie's timescale,
     * except {@code mediaTicks}.
     */
    private record Edit(long delayTicks, long mediaTicks, long shownTicks, boolean plain) {
        Edit(SampleTable table, long fromTicks, long ticks) {
            this(
                    delay(table, fromTicks),
                    media(table, fromTicks),
                    shown(table, fromTicks, ticks),
                    fromTicks == 0
                            && ticks == Long.MAX_VALUE
                            && table.startTicks() == 0
                            && table.track().startTicks() == 0);
        }

        private static long delay(SampleTable table, long fromTicks) {
            return Math.max(0, scaled(table.startTicks(), table.track()) - fromTicks);
        }

        private static long media(SampleTable table, long fromTicks) {
            long skipped = Math.max(0, fromTicks - scaled(table.startTicks(), table.track()));
            return table.track().startTicks() + skipped * table.track().timescaleHz() / TIMESCALE_HZ;
        }

        private static long shown(SampleTable table, long fromTicks, long ticks) {
            long skipped = Math.max(0, fromTicks - scaled(table.startTicks(), table.track()));
            long room = ticks == Long.MAX_VALUE ? ticks : Math.max(0, ticks - delay(table, fromTicks));
            return Math.max(0, Math.min(movieTicks(table) - skipped, room));
        }

        long endTicks() {
            return delayTicks + shownTicks;
        }
    }

    private void mvhd(BoxWriter out, long ticks) {
        int time = (int) (creationSeconds + EPOCH_SECONDS);
        int mvhd = out.beginFull("mvhd", 0, 0);
        out.u32(time).u32(time).u32(TIMESCALE_HZ).u32((int) ticks);
        out.u32(/* rate */ BoxWriter.UNITY).u16(/* volume */ 0x0100).zeros(10);
        BoxWriter.matrix(out);
        int next = tables.stream().mapToInt(table -> table.track().id()).max().orElseThrow() + 1;
        out.zeros(24).u32(/* next_track_ID */ next);
        out.end(mvhd);
    }

    private static void trak(BoxWriter out, SampleTable table, Edit edit) {
        TrackDescription track = table.track();
        int trak = out.begin("trak");
        int header = out.position();
        out.bytes(track.header());
        out.overwrite(header + TKHD_DURATION_AT, (int) edit.endTicks());
        if (!edit.plain()) {
            edts(out, edit);
        }
        int mdia = out.begin("mdia");
        int mdhd = out.beginFull("mdhd", 0, 0); // §8.4.2
        out.u32(0)
                .u32(0)
                .u32(track.timescaleHz())
                .u32((int) table.ticks())
                .u16(0x55c4)
                .u16(0);
        out.end(mdhd);
        out.bytes(track.handler());
        int minf = out.begin("minf");
        out.bytes(track.mediaHeader()).bytes(track.references());
        table.stbl(out);
        out.end(minf);
        out.end(mdia);
        out.end(trak);
    }

    private static void edts(BoxWriter out, Edit edit) {
        boolean delayed = edit.delayTicks() > 0;
        int edts = out.begin("edts");
        int elst = out.beginFull("elst", 0, 0);
        out.u32(/* entry_count */ delayed ? 2 : 1);
        if (delayed) {
            out.u32((int) edit.delayTicks())
                    .u32(NO_MEDIA)
                    .u16(/* media_rate_integer */ 1)
                    .u16(0);
        }
        out.u32((int) edit.shownTicks()).u32((int) edit.mediaTicks()).u16(1).u16(0);
        out.end(elst);
        out.end(edts);
    }
}
