package dev.perch.mp4;

import java.nio.ByteBuffer;

/**
 * The head of a movie fragment of one sample, which stands in front of the sample's bytes. One instance is set and written again and again, so that a frame
 * allocates nothing. Not thread-safe.
 *
 * <p>ISO/IEC 14496-12:2015 §8.8:
 *
 * <pre>
 * moof                          8
 *   mfhd                       16   sequence_number
 *   traf                        8
 *     tfhd  0x020000           16   track_ID; default-base-is-moof
 *     tfdt  v1                 20   baseMediaDecodeTime
 *     trun  0x000701           32   sample_count 1, data_offset, sample_duration, sample_size, sample_flags
 *        or 0x000f01, v1       36   and sample_composition_time_offset, of a stream that is reordered
 * mdat                          8   (its header; the sample follows)
 * </pre>
 */
public final class Fragment {
    /** The size of a head without composition offset. */
    public static final int HEAD_BYTES = 108;

    private static final int COMPOSITION_BYTES = 4;

    /** The size of a head with composition offset. */
    public static final int MOST_HEAD_BYTES = HEAD_BYTES + COMPOSITION_BYTES;

    /** The size of an empty {@code free} box. */
    public static final int FREE_BOX_BYTES = 8;

    private static final int MDAT_HEADER_BYTES = 8;
    private static final int TRUN_BYTES = 32;
    private static final int TFDT_BYTES = 20;
    private static final int TFHD_BYTES = 16;
    private static final int MFHD_BYTES = 16;
    private static final int TRAF_BYTES = 8 + TFHD_BYTES + TFDT_BYTES + TRUN_BYTES;
    private static final int MOOF_BYTES = 8 + MFHD_BYTES + TRAF_BYTES;
    private static final int TRUN_FLAGS = 0x0701;
    private static final int TRUN_FLAGS_WITH_COMPOSITION = 0x0f01;
    static final int VERSION_1 = 0x0100_0000;
    static final int DEFAULT_BASE_IS_MOOF = 0x02_0000;

    /** sample_depends_on 2: does not depend on others (§8.8.3.1). */
    static final int KEY_SAMPLE_FLAGS = 0x0200_0000;

    /** sample_depends_on 1: depends on others; sample_is_non_sync_sample. */
    static final int OTHER_SAMPLE_FLAGS = 0x0101_0000;

    private final int trackId;
    private int sequenceNumber = 1;
    private long decodeTimeTicks;
    private int durationTicks;
    private int payloadBytes;
    private boolean key;
    private boolean composed;
    private int compositionTicks;

    /** Creates fragments of the one track of pictures. */
    public Fragment() {
        this(MovieTrack.VIDEO_ID);
    }

    /** Creates fragments of one of several tracks. */
    public Fragment(int trackId) {
        this.trackId = trackId;
    }

    /**
     * Returns the size of a head.
     *
     * @param composed whether the sample has a composition offset
     */
    public static int headBytes(boolean composed) {
        return composed ? MOST_HEAD_BYTES : HEAD_BYTES;
    }

    /**
     * Sets the fragment's number and time.
     *
     * @param sequenceNumber 1 for the first; wraps as an unsigned 32-bit number
     * @param decodeTimeTicks in the timescale of the track
     */
    public Fragment at(int sequenceNumber, long decodeTimeTicks) {
        this.sequenceNumber = sequenceNumber;
        this.decodeTimeTicks = decodeTimeTicks;
        return this;
    }

    /**
     * Describes the sample, without composition offset.
     *
     * @param durationTicks in the timescale of the track
     * @param payloadBytes the size of the sample, which the caller sends behind the head
     * @param key whether it is a sync sample
     */
    public Fragment sample(int durationTicks, int payloadBytes, boolean key) {
        if (payloadBytes < 0 || payloadBytes > Integer.MAX_VALUE - MDAT_HEADER_BYTES) {
            throw new IllegalArgumentException("a sample does not fit into its box: payloadBytes=" + payloadBytes);
        }
        this.durationTicks = durationTicks;
        this.payloadBytes = payloadBytes;
        this.key = key;
        this.composed = false;
        return this;
    }

    /**
     * Gives the sample a composition offset, as every sample of a reordered stream has.
     *
     * @param offsetTicks the time from decoding to showing, in the timescale of its track
     */
    public Fragment composed(int offsetTicks) {
        this.composed = true;
        this.compositionTicks = offsetTicks;
        return this;
    }

    /**
     * Writes the head, {@link #headBytes} bytes, at the position of {@code out}, and advances the position. {@code out} must be big-endian.
     */
    public void write(ByteBuffer out) {
        int more = composed ? COMPOSITION_BYTES : 0;
        out.putInt(MOOF_BYTES + more).putInt(Fourcc.MOOF);
        out.putInt(MFHD_BYTES).putInt(Fourcc.MFHD).putInt(0).putInt(sequenceNumber);
        out.putInt(TRAF_BYTES + more).putInt(Fourcc.TRAF);
        out.putInt(TFHD_BYTES).putInt(Fourcc.TFHD).putInt(DEFAULT_BASE_IS_MOOF).putInt(trackId);
        out.putInt(TFDT_BYTES).putInt(Fourcc.TFDT).putInt(VERSION_1).putLong(decodeTimeTicks);
        trun(out);
        out.putInt(MDAT_HEADER_BYTES + payloadBytes).putInt(Fourcc.MDAT);
    }

    /** Writes an empty {@code free} box (§8.1.2), which readers skip: the heartbeat of a stream without frames. */
    public static void freeBox(ByteBuffer out) {
        freeBox(out, FREE_BOX_BYTES);
    }

    /** Writes the header ({@value #FREE_BOX_BYTES} bytes) of a {@code free} box of {@code sizeBytes}; the caller sends the rest. */
    public static void freeBox(ByteBuffer out, int sizeBytes) {
        out.putInt(sizeBytes).putInt(Fourcc.FREE);
    }

    private void trun(ByteBuffer out) {
        out.putInt(TRUN_BYTES + (composed ? COMPOSITION_BYTES : 0)).putInt(Fourcc.TRUN);
        out.putInt(composed ? VERSION_1 | TRUN_FLAGS_WITH_COMPOSITION : TRUN_FLAGS);
        out.putInt(/* sample_count */ 1).putInt(/* data_offset */ headBytes(composed));
        out.putInt(durationTicks).putInt(payloadBytes).putInt(key ? KEY_SAMPLE_FLAGS : OTHER_SAMPLE_FLAGS);
        if (composed) {
            out.putInt(compositionTicks); // signed in version 1
        }
    }
}
