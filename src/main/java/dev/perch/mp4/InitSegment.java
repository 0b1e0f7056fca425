package dev.perch.mp4;

import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import org.jspecify.annotations.Nullable;

/**
 * The init segment: {@code ftyp} and a {@code moov} without samples, which fragments continue (ISO/IEC 14496-12:2015 §8.8); or with one
 * sample, the first, whose {@code mdat} follows.
 *
 * <pre>
 * ftyp
 * moov
 *   mvhd
 *   trak
 *     tkhd
 *     edts  elst            where the first sample is shown later than decoded
 *     mdia
 *       mdhd
 *       hdlr  vide
 *       minf
 *         vmhd
 *         dinf  dref  url
 *         stbl  stsd avc1 (avcC, colr, pasp), stts, ctts, stss, stsc, stsz, stco
 *   mvex  trex
 * </pre>
 */
public final class InitSegment {
    /** Ticks a second of all times in the track: the clock of MPEG-2 systems and RTP, in which 24, 25, 30, 50 and 60 fps are whole. */
    public static final int TIMESCALE_HZ = 90_000;

    static final int VIDEO_TRACK_ID = 1;

    /** An init segment is under 700 bytes without its parameter sets. */
    private static final int FIXED_BYTES = 1024;

    private static final int UNITY = 0x0001_0000; // 16.16
    private static final int UNDETERMINED_LANGUAGE = 0x55c4; // "und", §8.4.2.3
    private static final int SELF_CONTAINED = 1;

    private final BoxWriter out;
    private final StreamConfig.H264 config;
    private final VideoSampleEntry entry;
    private final @Nullable FirstSample first;
    private final int startTicks;
    private int chunkOffsetAt;

    /**
     * The sample that a hybrid's {@code moov} describes, a sync sample.
     *
     * @param sizeBytes of its payload, which the caller sends behind
     * @param durationTicks in {@link #TIMESCALE_HZ}; the first fragment's decode time
     * @param composed whether the fragments have composition offsets; the sample itself is shown at 0
     */
    public record FirstSample(int sizeBytes, int durationTicks, boolean composed) {}

    private InitSegment(StreamConfig.H264 config, @Nullable FirstSample first, int startTicks) {
        this.config = config;
        this.first = first;
        this.startTicks = startTicks;
        this.entry = new VideoSampleEntry(config);
        this.out =
                new BoxWriter(FIXED_BYTES + config.sps().size() + config.pps().size());
    }

    /**
     * The init segment of one H.264 track with the stream's parameter sets. Durations are 0 and there is no {@code mehd}: any other value
     * delays the first picture in browsers.
     *
     * @param startTicks the composition offset of the first sample, in {@link #TIMESCALE_HZ}: what is shown begins at 0 all the same
     * @return a copy, the caller's own
     * @throws IllegalArgumentException when the configuration's SPS cannot be read
     */
    public static Bytes video(StreamConfig.H264 config, int startTicks) {
        InitSegment segment = new InitSegment(config, null, startTicks);
        segment.ftyp("iso5", "iso6", "mp41");
        segment.moov();
        return segment.out.written();
    }

    /**
     * The same, with the first sample in the {@code moov}'s own tables and the header of its {@code mdat} at the end; fragments go on behind it.
     * Readers that analyse a track before they play it (FFmpeg's, and so Chromium's) know its frame rate at once by it.
     *
     * @return a copy, the caller's own
     * @throws IllegalArgumentException when the configuration's SPS cannot be read
     */
    public static Bytes hybrid(StreamConfig.H264 config, FirstSample first) {
        InitSegment segment = new InitSegment(config, first, /* startTicks= */ 0);
        segment.ftyp("iso5", "iso6", "mp41");
        segment.moov();
        segment.mdat(first.sizeBytes());
        return segment.out.written();
    }

    /** §8.1.1; the payload follows. */
    private void mdat(int payloadBytes) {
        int header = out.begin("mdat");
        out.overwrite(header, out.position() - header + payloadBytes);
        out.overwrite(chunkOffsetAt, out.position());
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
        trak();
        mvex();
        out.end(moov);
    }

    /** §8.2.2. */
    private void mvhd() {
        int mvhd = out.beginFull("mvhd", 0, 0);
        out.u32(/* creation_time */ 0).u32(/* modification_time */ 0);
        out.u32(/* timescale */ 1000).u32(/* duration */ 0);
        out.u32(/* rate */ UNITY).u16(/* volume */ 0x0100).zeros(10);
        matrix();
        out.zeros(24).u32(/* next_track_ID */ VIDEO_TRACK_ID + 1);
        out.end(mvhd);
    }

    private void trak() {
        int trak = out.begin("trak");
        tkhd();
        if (startTicks > 0) {
            edts();
        }
        mdia();
        out.end(trak);
    }

    /** §8.3.2; flags: track_enabled, track_in_movie. */
    private void tkhd() {
        int tkhd = out.beginFull("tkhd", 0, 0x3);
        out.u32(/* creation_time */ 0).u32(/* modification_time */ 0);
        out.u32(VIDEO_TRACK_ID).zeros(4).u32(/* duration */ 0).zeros(8);
        out.u16(/* layer */ 0).u16(/* alternate_group */ 0).u16(/* volume */ 0).zeros(2);
        matrix();
        out.u32(entry.displayWidth() << 16).u32(config.height() << 16);
        out.end(tkhd);
    }

    /** §8.6.5, §8.6.6: the presentation begins where the first sample is shown. */
    private void edts() {
        int edts = out.begin("edts");
        int elst = out.beginFull("elst", 0, 0);
        out.u32(/* entry_count */ 1).u32(/* segment_duration, of all fragments */ 0);
        out.u32(/* media_time */ startTicks).u16(/* media_rate_integer */ 1).u16(0);
        out.end(elst);
        out.end(edts);
    }

    private void mdia() {
        int mdia = out.begin("mdia");
        int mdhd = out.beginFull("mdhd", 0, 0); // §8.4.2
        out.u32(/* creation_time */ 0).u32(/* modification_time */ 0);
        out.u32(TIMESCALE_HZ).u32(/* duration */ 0).u16(UNDETERMINED_LANGUAGE).u16(0);
        out.end(mdhd);
        int hdlr = out.beginFull("hdlr", 0, 0); // §8.4.3
        out.zeros(4)
                .fourcc("vide")
                .zeros(12)
                .fourcc("Vide")
                .fourcc("oHan")
                .fourcc("dler")
                .u8(0);
        out.end(hdlr);
        minf();
        out.end(mdia);
    }

    private void minf() {
        int minf = out.begin("minf");
        int vmhd = out.beginFull("vmhd", 0, 1); // §12.1.2
        out.u16(/* graphicsmode */ 0).zeros(6);
        out.end(vmhd);
        int dinf = out.begin("dinf"); // §8.7.1
        int dref = out.beginFull("dref", 0, 0);
        out.u32(/* entry_count */ 1);
        out.end(out.beginFull("url ", 0, SELF_CONTAINED));
        out.end(dref);
        out.end(dinf);
        stbl();
        out.end(minf);
    }

    private void stbl() {
        int stbl = out.begin("stbl");
        int stsd = out.beginFull("stsd", 0, 0); // §8.5.2
        out.u32(/* entry_count */ 1);
        entry.avc1(out);
        out.end(stsd);
        if (first == null) {
            noSamples();
        } else {
            oneSample(first);
        }
        out.end(stbl);
    }

    private void noSamples() {
        table("stts");
        table("stsc");
        int stsz = out.beginFull("stsz", 0, 0); // §8.7.3.2
        out.u32(/* sample_size */ 0).u32(/* sample_count */ 0);
        out.end(stsz);
        table("stco");
    }

    private void oneSample(FirstSample sample) {
        table("stts", /* sample_count */ 1, sample.durationTicks()); // §8.6.1.2
        if (sample.composed()) { // FFmpeg counts the fragments' offsets on from this table
            table("ctts", /* sample_count */ 1, /* sample_offset */ 0); // §8.6.1.3
        }
        table("stss", /* sample_number */ 1); // §8.6.2
        table("stsc", /* first_chunk */ 1, /* samples_per_chunk */ 1, /* sample_description_index */ 1); // §8.7.4
        int stsz = out.beginFull("stsz", 0, 0);
        out.u32(/* sample_size */ 0).u32(/* sample_count */ 1).u32(sample.sizeBytes());
        out.end(stsz);
        table("stco", /* chunk_offset */ 0); // §8.7.5; not known yet
        chunkOffsetAt = out.position() - Integer.BYTES;
    }

    /** A table of one entry with these fields; without any, of none. */
    private void table(String type, int... fields) {
        int table = out.beginFull(type, 0, 0);
        out.u32(/* entry_count */ fields.length == 0 ? 0 : 1);
        for (int field : fields) {
            out.u32(field);
        }
        out.end(table);
    }

    private void mvex() {
        int mvex = out.begin("mvex");
        int trex = out.beginFull("trex", 0, 0); // §8.8.3
        out.u32(VIDEO_TRACK_ID).u32(/* default_sample_description_index */ 1);
        out.u32(/* default_sample_duration */ 0)
                .u32(/* default_sample_size */ 0)
                .u32(/* default_sample_flags */ 0);
        out.end(trex);
        out.end(mvex);
    }

    /** The unity matrix (§6.2.2). */
    private void matrix() {
        out.u32(UNITY).zeros(12).u32(UNITY).zeros(12).u32(0x4000_0000);
    }
}
