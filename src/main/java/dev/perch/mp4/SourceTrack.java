package dev.perch.mp4;

import dev.perch.aac.AudioSpecificConfig;
import dev.perch.h264.AvcConfiguration;
import dev.perch.media.Bytes;
import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.Medium;
import dev.perch.media.Orientation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * A track as a server's {@code moov} describes it (ISO/IEC 14496-12:2015 §8.3).
 *
 * @param medium empty for anything but pictures and sound
 * @param coding the four-character code of the sample entry
 * @param avc for H.264
 * @param aac for AAC
 * @param held how its pictures are to be held
 * @param startTicks the media time that is presented first
 * @param delayNanos from the start of the presentation to {@code startTicks}
 * @param defaults of the track's fragments
 */
record SourceTrack(
        int id,
        int timescaleHz,
        Optional<Medium> medium,
        String coding,
        Optional<AvcConfiguration> avc,
        Optional<AudioSpecificConfig> aac,
        Orientation held,
        long startTicks,
        long delayNanos,
        Defaults defaults) {
    private static final int MDIA = type("mdia");
    private static final int MINF = type("minf");
    private static final int STBL = type("stbl");
    private static final int STSD = type("stsd");
    private static final int TKHD = type("tkhd");
    private static final int MDHD = type("mdhd");
    private static final int HDLR = type("hdlr");
    private static final int EDTS = type("edts");
    private static final int ELST = type("elst");
    private static final int AVCC = type("avcC");
    private static final int ESDS = type("esds");
    private static final int VIDE = type("vide");
    private static final int SOUN = type("soun");

    private static final int VISUAL_ENTRY_BYTES = 78; // §12.1.3
    private static final int AUDIO_ENTRY_BYTES = 28; // §12.2.3
    private static final int ENTRY_AT = 8; // behind version, flags and the count (§8.5.2)
    private static final int DECODER_CONFIG = 4; // ISO/IEC 14496-1:2010 §7.2.2.1, table 1
    private static final int DECODER_SPECIFIC_INFO = 5;
    private static final int MPEG_4_AUDIO = 0x40;

    /** The values of samples for which a fragment gives no others ({@code trex}, §8.8.3). */
    record Defaults(int durationTicks, int sizeBytes, int flags) {
        static final Defaults NONE = new Defaults(0, 0, 0);
    }

    static int type(String name) {
        return ByteBuffer.wrap(name.getBytes(StandardCharsets.US_ASCII)).getInt();
    }

    private static String name(int type) {
        byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(type).array();
        return new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
    }

    /**
     * Reads the {@code trak} at which {@code movie} stands.
     *
     * @param movieTimescaleHz the timescale of edit lists
     */
    static SourceTrack read(BoxWalk movie, long movieTimescaleHz, Map<Integer, Defaults> defaults)
            throws MalformedBitstreamException {
        BoxWalk header = require(new BoxWalk().within(movie, 0), TKHD);
        int id = header.s32(header.u8(0) == 1 ? 20 : 12);
        BoxWalk media = require(new BoxWalk().within(movie, 0), MDIA);
        BoxWalk times = require(new BoxWalk().within(media, 0), MDHD);
        long timescaleHz = times.u32(times.u8(0) == 1 ? 20 : 12);
        if (timescaleHz < 1 || timescaleHz > Integer.MAX_VALUE) {
            throw new MalformedBitstreamException("a track has a timescale", times.begin(), timescaleHz);
        }
        int handler = require(new BoxWalk().within(media, 0), HDLR).s32(8);
        BoxWalk tables = require(new BoxWalk().within(require(new BoxWalk().within(media, 0), MINF), 0), STBL);
        BoxWalk entry = new BoxWalk().within(require(new BoxWalk().within(tables, 0), STSD), ENTRY_AT);
        if (!entry.next()) {
            throw new MalformedBitstreamException("a track has a sample entry", tables.begin(), 0);
        }
        Optional<Medium> medium = handler == VIDE
                ? Optional.of(Medium.VIDEO)
                : handler == SOUN ? Optional.of(Medium.SOUND) : Optional.empty();
        long[] edits = edits(movie, movieTimescaleHz);
        return new SourceTrack(
                id,
                (int) timescaleHz,
                medium,
                name(entry.type()),
                medium.equals(Optional.of(Medium.VIDEO)) ? avc(entry) : Optional.empty(),
                medium.equals(Optional.of(Medium.SOUND)) ? aac(entry) : Optional.empty(),
                TrackMatrix.held(header.rest(0)),
                edits[0],
                edits[1],
                defaults.getOrDefault(id, Defaults.NONE));
    }

    private static BoxWalk require(BoxWalk level, int type) throws MalformedBitstreamException {
        if (!level.next(type)) {
            throw new MalformedBitstreamException("there is no box " + name(type), level.begin(), type);
        }
        return level;
    }

    /** Reads avcC, ISO/IEC 14496-15:2017 §5.4.2.1. */
    private static Optional<AvcConfiguration> avc(BoxWalk entry) throws MalformedBitstreamException {
        BoxWalk boxes = new BoxWalk().within(entry, VISUAL_ENTRY_BYTES);
        boolean h264 = entry.type() == type("avc1") || entry.type() == type("avc3");
        return h264 && boxes.next(AVCC) ? Optional.of(AvcConfiguration.parse(boxes.rest(0))) : Optional.empty();
    }

    /** Reads esds, ISO/IEC 14496-14:2003 §5.6. */
    private static Optional<AudioSpecificConfig> aac(BoxWalk entry) throws MalformedBitstreamException {
        BoxWalk boxes = new BoxWalk().within(entry, AUDIO_ENTRY_BYTES);
        if (entry.type() != type("mp4a") || !boxes.next(ESDS)) {
            return Optional.empty();
        }
        ByteBuffer in = boxes.rest(Integer.BYTES);
        descriptor(in);
        in.position(Math.min(in.limit(), in.position() + 2)); // ES_ID
        int flags = in.hasRemaining() ? in.get() : 0;
        int skipped = ((flags & 0x80) != 0 ? 2 : 0) + ((flags & 0x20) != 0 ? 2 : 0);
        in.position(Math.min(in.limit(), in.position() + skipped));
        if (descriptor(in) != DECODER_CONFIG || in.remaining() < 13 || (in.get() & 0xff) != MPEG_4_AUDIO) {
            return Optional.empty();
        }
        in.position(in.position() + 12);
        return descriptor(in) == DECODER_SPECIFIC_INFO && in.remaining() >= 2
                ? Optional.of(AudioSpecificConfig.parse(Bytes.copyOf(in.slice())))
                : Optional.empty();
    }

    /** Reads the tag and the length of a descriptor and limits {@code in} to it (ISO/IEC 14496-1:2010 §8.3.3). */
    private static int descriptor(ByteBuffer in) {
        if (in.remaining() < 2) {
            return -1;
        }
        int tag = in.get() & 0xff;
        int length = 0;
        int digit = 0x80;
        for (int i = 0; i < Integer.BYTES && (digit & 0x80) != 0 && in.hasRemaining(); i++) {
            digit = in.get();
            length = length << 7 | (digit & 0x7f);
        }
        in.limit(in.position() + Math.min(length, in.remaining()));
        return tag;
    }

    /** Returns the media time of the first edit that shows media, and the nanoseconds before it (§8.6.6). */
    private static long[] edits(BoxWalk track, long movieTimescaleHz) throws MalformedBitstreamException {
        BoxWalk edits = new BoxWalk().within(track, 0);
        BoxWalk list = new BoxWalk();
        if (!edits.next(EDTS) || !list.within(edits, 0).next(ELST)) {
            return new long[] {0, 0};
        }
        boolean wide = list.u8(0) == 1;
        int entryBytes = wide ? 20 : 12;
        long count = Math.min(list.u32(4), (list.sizeBytes() - 8) / entryBytes);
        long delay = 0;
        for (int i = 0; i < count; i++) {
            int at = 8 + i * entryBytes;
            long mediaTime = wide ? list.s64(at + 8) : list.s32(at + 4);
            if (mediaTime >= 0) {
                return new long[] {mediaTime, Ticks.nanos(delay, movieTimescaleHz)};
            }
            delay = Math.min(Integer.MAX_VALUE, delay + Math.max(0, wide ? list.s64(at) : list.u32(at)));
        }
        return new long[] {0, Ticks.nanos(delay, movieTimescaleHz)};
    }

    /** Returns the decode time on the presentation's clock. */
    long nanos(long decodeTicks) {
        return delayNanos + Ticks.nanos(decodeTicks - startTicks, timescaleHz);
    }
}
