package dev.perch.mp4;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The head of a movie fragment of several tracks with several samples each, which stands in front of the samples' bytes. These follow track by track
 * in the order in which the samples were added. One instance is reused for each fragment, and allocates only while fragments grow. Not thread-safe.
 *
 * <p>ISO/IEC 14496-12:2015 §8.8:
 *
 * <pre>
 * moof                          8
 *   mfhd                       16   sequence_number
 *   traf                        8   one a track
 *     tfhd                     16   track_ID; default-base-is-moof
 *                              +4   default_sample_duration, where all samples have the same
 *                              +4   default_sample_flags, where all samples behind the first have the same
 *     tfdt  v1                 20   baseMediaDecodeTime
 *     trun  v1                 20   sample_count, data_offset
 *                              +4   first_sample_flags, where the first has others
 *                          a sample   sample_duration 4, sample_size 4, sample_flags 4, sample_composition_time_offset 4
 * mdat                          8   (its header; the samples follow)
 * </pre>
 */
public final class MovieFragment {
    private static final int MDAT_HEADER_BYTES = 8;
    private static final int MOOF_AND_MFHD_BYTES = 8 + 16;
    private static final int TFDT_BYTES = 20;

    private static final int DEFAULT_DURATION = 0x08; // tfhd
    private static final int DEFAULT_FLAGS = 0x20;
    private static final int DATA_OFFSET = 0x01; // trun
    private static final int FIRST_FLAGS = 0x04;
    private static final int DURATIONS = 0x0100;
    private static final int SIZES = 0x0200;
    private static final int FLAGS = 0x0400;
    private static final int COMPOSITION_OFFSETS = 0x0800;

    private final List<Run> runs = new ArrayList<>();
    private int tracks;
    private int sequenceNumber;

    /** The samples of one track. */
    private static final class Run {
        private static final int FIELDS = 4; // duration, size, flags, composition offset

        private int trackId;
        private long decodeTimeTicks;
        private int[] samples = new int[16 * FIELDS];
        private int count;
        private int payloadBytes;
        private boolean durationsDiffer;
        private boolean flagsDiffer; // behind the first sample
        private boolean composed;

        void begin(int id, long ticks) {
            trackId = id;
            decodeTimeTicks = ticks;
            count = 0;
            payloadBytes = 0;
            durationsDiffer = false;
            flagsDiffer = false;
            composed = false;
        }

        void add(int durationTicks, int sizeBytes, int flags) {
            payloadBytes = Math.addExact(payloadBytes, sizeBytes);
            int at = count * FIELDS;
            if (at == samples.length) {
                samples = Arrays.copyOf(samples, 2 * at);
            }
            durationsDiffer |= count > 0 && durationTicks != samples[0];
            flagsDiffer |= count > 1 && flags != samples[FIELDS + 2];
            samples[at] = durationTicks;
            samples[at + 1] = sizeBytes;
            samples[at + 2] = flags;
            samples[at + 3] = 0;
            count++;
        }

        void compose(int offsetTicks) {
            composed = true;
            samples[(count - 1) * FIELDS + 3] = offsetTicks;
        }

        private int flagsBehindTheFirst() {
            return samples[count > 1 ? FIELDS + 2 : 2];
        }

        private int tfhdFlags() {
            return Fragment.DEFAULT_BASE_IS_MOOF
                    | (durationsDiffer ? 0 : DEFAULT_DURATION)
                    | (flagsDiffer ? 0 : DEFAULT_FLAGS);
        }

        private int trunFlags() {
            boolean firstDiffers = !flagsDiffer && samples[2] != flagsBehindTheFirst();
            return DATA_OFFSET
                    | (firstDiffers ? FIRST_FLAGS : 0)
                    | (durationsDiffer ? DURATIONS : 0)
                    | SIZES
                    | (flagsDiffer ? FLAGS : 0)
                    | (composed ? COMPOSITION_OFFSETS : 0);
        }

        private int tfhdBytes() {
            return 16 + Integer.BYTES * Integer.bitCount(tfhdFlags() & (DEFAULT_DURATION | DEFAULT_FLAGS));
        }

        private int trunBytes() {
            int flags = trunFlags();
            int eachBytes = Integer.BYTES * Integer.bitCount(flags & (DURATIONS | SIZES | FLAGS | COMPOSITION_OFFSETS));
            return 20 + Integer.BYTES * Integer.bitCount(flags & FIRST_FLAGS) + count * eachBytes;
        }

        int trafBytes() {
            return 8 + tfhdBytes() + TFDT_BYTES + trunBytes();
        }

        /**
         * Writes the track fragment.
         *
         * @param dataOffset from the moof's first byte to the run's first sample
         */
        void traf(ByteBuffer out, int dataOffset) {
            out.putInt(trafBytes()).putInt(Fourcc.TRAF);
            int flags = tfhdFlags();
            out.putInt(tfhdBytes()).putInt(Fourcc.TFHD).putInt(flags).putInt(trackId);
            if ((flags & DEFAULT_DURATION) != 0) {
                out.putInt(samples[0]);
            }
            if ((flags & DEFAULT_FLAGS) != 0) {
                out.putInt(flagsBehindTheFirst());
            }
            out.putInt(TFDT_BYTES)
                    .putInt(Fourcc.TFDT)
                    .putInt(Fragment.VERSION_1)
                    .putLong(decodeTimeTicks);
            trun(out, dataOffset);
        }

        private void trun(ByteBuffer out, int dataOffset) {
            int flags = trunFlags();
            out.putInt(trunBytes()).putInt(Fourcc.TRUN).putInt(Fragment.VERSION_1 | flags);
            out.putInt(count).putInt(dataOffset);
            if ((flags & FIRST_FLAGS) != 0) {
                out.putInt(samples[2]);
            }
            for (int at = 0; at < count * FIELDS; at += FIELDS) {
                if (durationsDiffer) {
                    out.putInt(samples[at]);
                }
                out.putInt(samples[at + 1]);
                if (flagsDiffer) {
                    out.putInt(samples[at + 2]);
                }
                if (composed) {
                    out.putInt(samples[at + 3]); // signed in version 1
                }
            }
        }
    }

    /**
     * Begins the next fragment, without any track.
     *
     * @param sequenceNumber 1 for the first; wraps as an unsigned 32-bit number
     */
    public MovieFragment begin(int sequenceNumber) {
        this.sequenceNumber = sequenceNumber;
        tracks = 0;
        return this;
    }

    /**
     * Begins the run of one track, to which the following samples belong.
     *
     * @param decodeTimeTicks of the first sample, in the timescale of the track
     */
    public MovieFragment track(int trackId, long decodeTimeTicks) {
        if (tracks == runs.size()) {
            runs.add(new Run());
        }
        runs.get(tracks++).begin(trackId, decodeTimeTicks);
        return this;
    }

    /**
     * Adds a sample to the run.
     *
     * @param durationTicks in the timescale of the track
     * @param sizeBytes the sample's size; the caller sends its bytes behind the head
     * @param key whether it is a sync sample, as all samples of sound are
     */
    public MovieFragment sample(int durationTicks, int sizeBytes, boolean key) {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("a sample has bytes: sizeBytes=" + sizeBytes);
        }
        present().add(durationTicks, sizeBytes, key ? Fragment.KEY_SAMPLE_FLAGS : Fragment.OTHER_SAMPLE_FLAGS);
        return this;
    }

    /**
     * Sets the composition offset of the last sample.
     *
     * @param offsetTicks the time from decoding to showing, in the timescale of the track
     */
    public MovieFragment composed(int offsetTicks) {
        if (present().count == 0) {
            throw new IllegalStateException("there is no sample yet: trackId=" + present().trackId);
        }
        present().compose(offsetTicks);
        return this;
    }

    private Run present() {
        if (tracks == 0) {
            throw new IllegalStateException("a sample belongs to a track: sequenceNumber=" + sequenceNumber);
        }
        return runs.get(tracks - 1);
    }

    /** Returns the size of the head. */
    public int headBytes() {
        return moofBytes() + MDAT_HEADER_BYTES;
    }

    /** Returns the size of all samples, which the caller sends behind the head. */
    public int payloadBytes() {
        int bytes = 0;
        for (int i = 0; i < tracks; i++) {
            bytes = Math.addExact(bytes, runs.get(i).payloadBytes);
        }
        return bytes;
    }

    private int moofBytes() {
        int bytes = MOOF_AND_MFHD_BYTES;
        for (int i = 0; i < tracks; i++) {
            bytes += runs.get(i).trafBytes();
        }
        return bytes;
    }

    /**
     * Writes the head at the position of {@code out} and advances the position. {@code out} must be big-endian.
     *
     * @throws IllegalStateException if a track has no sample
     */
    public void write(ByteBuffer out) {
        out.putInt(moofBytes()).putInt(Fourcc.MOOF);
        out.putInt(16).putInt(Fourcc.MFHD).putInt(0).putInt(sequenceNumber);
        int offset = headBytes();
        for (int i = 0; i < tracks; i++) {
            Run run = runs.get(i);
            if (run.count == 0) {
                throw new IllegalStateException("a run has samples: trackId=" + run.trackId);
            }
            run.traf(out, offset);
            offset += run.payloadBytes;
        }
        out.putInt(Math.addExact(MDAT_HEADER_BYTES, payloadBytes())).putInt(Fourcc.MDAT);
    }
}
