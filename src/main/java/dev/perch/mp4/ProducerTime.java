package dev.perch.mp4;

import java.nio.ByteBuffer;

/** The {@code prft} box in front of a fragment: the time of day at which its first sample was captured (ISO/IEC 14496-12:2020 §8.16.5). */
public final class ProducerTime {
    /** The size of the box. */
    public static final int BYTES = 32;

    /** The seconds from 1900, where NTP's count begins (RFC 5905 §6), to 1970. */
    private static final long NTP_EPOCH_SECONDS = 2_208_988_800L;

    private static final int VERSION_1 = 0x0100_0000;

    /** The flags that say: the time of capture, by a clock that keeps pace with the sender's. */
    private static final int CAPTURED = 24;

    private ProducerTime() {}

    /** Returns an NTP timestamp as microseconds since 1970. */
    static long micros(long ntp) {
        long seconds = (ntp >>> 32) - NTP_EPOCH_SECONDS;
        return seconds * 1_000_000 + (((ntp & 0xffff_ffffL) * 1_000_000 + (1L << 31)) >>> 32);
    }

    /**
     * Writes the box at the position of {@code out}, which must be big-endian.
     *
     * @param wallClockMicros since 1970, UTC
     * @param decodeTicks the fragment's decode time in {@link InitSegment#TIMESCALE_HZ}
     */
    public static void write(ByteBuffer out, long wallClockMicros, long decodeTicks) {
        write(out, MovieTrack.VIDEO_ID, wallClockMicros, decodeTicks);
    }

    /**
     * Writes the box of one of several tracks.
     *
     * @param trackId the track whose times these are
     * @param wallClockMicros since 1970, UTC
     * @param decodeTicks the fragment's decode time in the timescale of that track
     */
    public static void write(ByteBuffer out, int trackId, long wallClockMicros, long decodeTicks) {
        long seconds = wallClockMicros / 1_000_000;
        long fraction = ((wallClockMicros % 1_000_000) << 32) / 1_000_000;
        out.putInt(BYTES).putInt(Fourcc.PRFT).putInt(VERSION_1 | CAPTURED).putInt(trackId);
        out.putLong((seconds + NTP_EPOCH_SECONDS) << 32 | fraction).putLong(decodeTicks);
    }
}
