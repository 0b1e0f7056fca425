package dev.perch.mp4;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * The samples of one movie fragment from any server (ISO/IEC 14496-12:2015 §8.8), in the order of the file. One instance reads one fragment after the
 * other, and allocates only while they grow.
 */
final class FragmentSamples {
    /** More than any fragment has: one of ten seconds of sound has 470. */
    private static final int MOST_SAMPLES = 20_000;

    private static final int NON_SYNC = 0x01_0000;
    private static final int BASE_DATA_OFFSET = 0x01; // tfhd, §8.8.7
    private static final int DESCRIPTION_INDEX = 0x02;
    private static final int DEFAULT_DURATION = 0x08;
    private static final int DEFAULT_SIZE = 0x10;
    private static final int DEFAULT_FLAGS = 0x20;
    private static final int DATA_OFFSET = 0x01; // trun, §8.8.8
    private static final int FIRST_FLAGS = 0x04;
    private static final int DURATIONS = 0x0100;
    private static final int SIZES = 0x0200;
    private static final int FLAGS = 0x0400;
    private static final int COMPOSITION_OFFSETS = 0x0800;

    private final BoxWalk level = new BoxWalk();
    private final BoxWalk fields = new BoxWalk();
    private int[] track = new int[16]; // index in the list of tracks
    private int[] sizeBytes = new int[16];
    private int[] composition = new int[16];
    private boolean[] key = new boolean[16];
    private long[] decode = new long[16];
    private long[] position = new long[16];
    private int count;

    // of the track fragment that is read
    private long baseAt;
    private long dataAt;
    private int duration;
    private int size;
    private int flags;

    void clear() {
        count = 0;
    }

    int count() {
        return count;
    }

    int track(int sample) {
        return track[sample];
    }

    int sizeBytes(int sample) {
        return sizeBytes[sample];
    }

    int compositionTicks(int sample) {
        return composition[sample];
    }

    boolean key(int sample) {
        return key[sample];
    }

    long decodeTicks(int sample) {
        return decode[sample];
    }

    /** Returns the place of the sample's first byte, counted from the first byte of the stream. */
    long position(int sample) {
        return position[sample];
    }

    /**
     * Reads a {@code moof}.
     *
     * @param moof the box's payload, from index 0 to the limit
     * @param moofAt the place of the box's first byte in the stream
     * @param ticks the time at which each track's next fragment begins if it does not say; updated
     */
    void read(ByteBuffer moof, long moofAt, List<SourceTrack> tracks, long[] ticks) throws MalformedBitstreamException {
        count = 0;
        dataAt = moofAt;
        level.over(moof, 0, moof.limit());
        while (level.next(Fourcc.TRAF)) {
            traf(moofAt, tracks, ticks);
        }
    }

    private void traf(long moofAt, List<SourceTrack> tracks, long[] ticks) throws MalformedBitstreamException {
        if (!fields.within(level, 0).next(Fourcc.TFHD)) {
            throw new MalformedBitstreamException("a track fragment has a head", level.begin(), 0);
        }
        int index = index(fields.s32(4), tracks);
        tfhd(moofAt, index < 0 ? SourceTrack.Defaults.NONE : tracks.get(index).defaults());
        fields.within(level, 0);
        if (index >= 0 && fields.next(Fourcc.TFDT)) {
            ticks[index] = fields.u8(0) == 1 ? fields.s64(4) : fields.u32(4);
            if (ticks[index] < 0) {
                throw new MalformedBitstreamException("a decode time is not negative", fields.begin(), ticks[index]);
            }
        }
        fields.within(level, 0);
        while (fields.next(Fourcc.TRUN)) {
            trun(index, ticks);
        }
    }

    private static int index(int id, List<SourceTrack> tracks) {
        for (int i = 0; i < tracks.size(); i++) {
            if (tracks.get(i).id() == id) {
                return i;
            }
        }
        return -1;
    }

    private void tfhd(long moofAt, SourceTrack.Defaults defaults) throws MalformedBitstreamException {
        int present = fields.s32(0);
        int at = 8;
        if ((present & BASE_DATA_OFFSET) != 0) {
            baseAt = fields.s64(at);
            at += Long.BYTES;
        } else {
            // without the flag, too, the first track fragment counts from the moof, and later ones from the end of the
            // data before
            baseAt = (present & Fragment.DEFAULT_BASE_IS_MOOF) != 0 ? moofAt : dataAt;
        }
        dataAt = baseAt;
        at += (present & DESCRIPTION_INDEX) != 0 ? Integer.BYTES : 0;
        duration = (present & DEFAULT_DURATION) != 0 ? fields.s32(at) : defaults.durationTicks();
        at += (present & DEFAULT_DURATION) != 0 ? Integer.BYTES : 0;
        size = (present & DEFAULT_SIZE) != 0 ? fields.s32(at) : defaults.sizeBytes();
        at += (present & DEFAULT_SIZE) != 0 ? Integer.BYTES : 0;
        flags = (present & DEFAULT_FLAGS) != 0 ? fields.s32(at) : defaults.flags();
    }

    private void trun(int index, long[] ticks) throws MalformedBitstreamException {
        int present = fields.s32(0);
        long samples = fields.u32(4);
        if (samples > MOST_SAMPLES - count) {
            throw new MalformedBitstreamException(
                    "a fragment has at most " + MOST_SAMPLES + " samples", fields.begin(), samples);
        }
        int at = 8;
        if ((present & DATA_OFFSET) != 0) {
            dataAt = baseAt + fields.s32(at);
            at += Integer.BYTES;
        }
        int first = flags;
        if ((present & FIRST_FLAGS) != 0) {
            first = fields.s32(at);
            at += Integer.BYTES;
        }
        for (int i = 0; i < samples; i++) {
            int own = i == 0 ? first : flags;
            int ownDuration = duration;
            int ownSize = size;
            int offset = 0;
            if ((present & DURATIONS) != 0) {
                ownDuration = fields.s32(at);
                at += Integer.BYTES;
            }
            if ((present & SIZES) != 0) {
                ownSize = fields.s32(at);
                at += Integer.BYTES;
            }
            if ((present & FLAGS) != 0) {
                own = fields.s32(at);
                at += Integer.BYTES;
            }
            if ((present & COMPOSITION_OFFSETS) != 0) {
                offset = fields.s32(at);
                at += Integer.BYTES;
            }
            add(index, ownSize, ownDuration, (own & NON_SYNC) == 0, offset, ticks);
        }
    }

    private void add(int index, int bytes, int durationTicks, boolean sync, int offset, long[] ticks)
            throws MalformedBitstreamException {
        if (bytes < 0 || durationTicks < 0) {
            throw new MalformedBitstreamException("a sample has a size and a duration", fields.begin(), bytes);
        }
        if (index >= 0) {
            grow();
            track[count] = index;
            sizeBytes[count] = bytes;
            composition[count] = offset;
            key[count] = sync;
            decode[count] = ticks[index];
            position[count] = dataAt;
            count++;
            ticks[index] += durationTicks;
        }
        dataAt += bytes;
    }

    private void grow() {
        if (count == track.length) {
            int more = 2 * count;
            track = Arrays.copyOf(track, more);
            sizeBytes = Arrays.copyOf(sizeBytes, more);
            composition = Arrays.copyOf(composition, more);
            key = Arrays.copyOf(key, more);
            decode = Arrays.copyOf(decode, more);
            position = Arrays.copyOf(position, more);
        }
    }
}
