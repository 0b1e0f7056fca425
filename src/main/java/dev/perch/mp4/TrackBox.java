package dev.perch.mp4;

import dev.perch.media.Bytes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The description of one track in an init segment (ISO/IEC 14496-12:2015 §8.3).
 *
 * <pre>
 * trak
 *   tkhd
 *   edts  elst            where the presentation does not begin with the first sample, or later than the whole
 *   mdia
 *     mdhd
 *     hdlr  vide, soun
 *     minf
 *       vmhd, smhd
 *       dinf  dref  url
 *       stbl  stsd (avc1, mp4a), stts, ctts, stss, stsc, stsz, stco
 * </pre>
 */
final class TrackBox {
    /** More than a track has without its sample entry. */
    private static final int FIXED_BYTES = 600;

    private static final int UNDETERMINED_LANGUAGE = 0x55c4; // "und", §8.4.2.3
    private static final int SELF_CONTAINED = 1;
    private static final int NO_MEDIA = -1; // the media_time of an empty edit, §8.6.6.1

    private final MovieTrack track;
    private final SampleEntry entry;
    private final InitSegment.@Nullable FirstSample first;
    private int chunkOffsetAt;

    /**
     * Creates the description.
     *
     * @param first the sample in the track's tables; null for none
     */
    TrackBox(MovieTrack track, InitSegment.@Nullable FirstSample first) {
        this.track = track;
        this.entry = SampleEntry.of(track.config());
        this.first = first;
    }

    int id() {
        return track.id();
    }

    /** Returns an upper bound for the bytes of {@link #trak} and {@link #trex}. */
    int mostBytes() {
        return FIXED_BYTES + entry.mostBytes();
    }

    void trak(BoxWriter out) {
        int trak = out.begin("trak");
        tkhd(out);
        if (track.edited()) {
            edts(out);
        }
        mdia(out);
        out.end(trak);
    }

    /** Writes trex, §8.8.3. */
    void trex(BoxWriter out) {
        int trex = out.beginFull("trex", 0, 0);
        out.u32(track.id()).u32(/* default_sample_description_index */ 1);
        out.u32(/* default_sample_duration */ 0)
                .u32(/* default_sample_size */ 0)
                .u32(/* default_sample_flags */ 0);
        out.end(trex);
    }

    /** Sets the offset of the first sample in the file. */
    void firstSampleAt(BoxWriter out, int offsetBytes) {
        out.overwrite(chunkOffsetAt, offsetBytes);
    }

    /** Writes tkhd (§8.3.2) with the flags track_enabled and track_in_movie. */
    private void tkhd(BoxWriter out) {
        int tkhd = out.beginFull("tkhd", 0, 0x3);
        out.u32(/* creation_time */ 0).u32(/* modification_time */ 0);
        out.u32(track.id()).zeros(4).u32(/* duration */ 0).zeros(8);
        out.u16(/* layer */ 0).u16(/* alternate_group */ 0);
        entry.volumeAndSize(out);
        out.end(tkhd);
    }

    /**
     * Writes the edit list (§8.6.5, §8.6.6): an empty edit as long as the delay, then everything from the start on, to the end of all fragments.
     */
    private void edts(BoxWriter out) {
        boolean delayed = track.delayMillis() > 0;
        int edts = out.begin("edts");
        int elst = out.beginFull("elst", 0, 0);
        out.u32(/* entry_count */ delayed ? 2 : 1);
        if (delayed) {
            out.u32(track.delayMillis())
                    .u32(NO_MEDIA)
                    .u16(/* media_rate_integer */ 1)
                    .u16(0);
        }
        out.u32(/* segment_duration, of all fragments */ 0);
        out.u32(/* media_time */ track.startTicks())
                .u16(/* media_rate_integer */ 1)
                .u16(0);
        out.end(elst);
        out.end(edts);
    }

    private void mdia(BoxWriter out) {
        int mdia = out.begin("mdia");
        int mdhd = out.beginFull("mdhd", 0, 0); // §8.4.2
        out.u32(/* creation_time */ 0).u32(/* modification_time */ 0);
        out.u32(track.config().timescaleHz())
                .u32(/* duration */ 0)
                .u16(UNDETERMINED_LANGUAGE)
                .u16(0);
        out.end(mdhd);
        int hdlr = out.beginFull("hdlr", 0, 0); // §8.4.3
        out.zeros(4).fourcc(entry.handler()).zeros(12);
        out.bytes(Bytes.copyOf(entry.handlerName().getBytes(StandardCharsets.US_ASCII)))
                .u8(0);
        out.end(hdlr);
        minf(out);
        out.end(mdia);
    }

    private void minf(BoxWriter out) {
        int minf = out.begin("minf");
        entry.mediaHeader(out);
        int dinf = out.begin("dinf"); // §8.7.1
        int dref = out.beginFull("dref", 0, 0);
        out.u32(/* entry_count */ 1);
        out.end(out.beginFull("url ", 0, SELF_CONTAINED));
        out.end(dref);
        out.end(dinf);
        stbl(out);
        out.end(minf);
    }

    private void stbl(BoxWriter out) {
        int stbl = out.begin("stbl");
        int stsd = out.beginFull("stsd", 0, 0); // §8.5.2
        out.u32(/* entry_count */ 1);
        entry.write(out);
        out.end(stsd);
        if (first == null) {
            noSamples(out);
        } else {
            oneSample(out, first);
        }
        out.end(stbl);
    }

    private static void noSamples(BoxWriter out) {
        table(out, "stts");
        table(out, "stsc");
        int stsz = out.beginFull("stsz", 0, 0); // §8.7.3.2
        out.u32(/* sample_size */ 0).u32(/* sample_count */ 0);
        out.end(stsz);
        table(out, "stco");
    }

    private void oneSample(BoxWriter out, InitSegment.FirstSample sample) {
        table(out, "stts", /* sample_count */ 1, sample.durationTicks()); // §8.6.1.2
        if (sample.composed()) { // FFmpeg adds the fragments' offsets to this table
            table(out, "ctts", /* sample_count */ 1, /* sample_offset */ 0); // §8.6.1.3
        }
        table(out, "stss", /* sample_number */ 1); // §8.6.2
        table(out, "stsc", /* first_chunk */ 1, /* samples_per_chunk */ 1, /* sample_description_index */ 1); // §8.7.4
        int stsz = out.beginFull("stsz", 0, 0);
        out.u32(/* sample_size */ 0).u32(/* sample_count */ 1).u32(sample.sizeBytes());
        out.end(stsz);
        table(out, "stco", /* chunk_offset */ 0); // §8.7.5; not known yet
        chunkOffsetAt = out.position() - Integer.BYTES;
    }

    /** Writes a table of one entry with these fields, or without entries if there are no fields. */
    private static void table(BoxWriter out, String type, int... fields) {
        int table = out.beginFull(type, 0, 0);
        out.u32(/* entry_count */ fields.length == 0 ? 0 : 1);
        for (int field : fields) {
            out.u32(field);
        }
        out.end(table);
    }
}
