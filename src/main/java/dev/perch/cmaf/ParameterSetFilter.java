package dev.perch.cmaf;

import dev.perch.feed.FrameLostException;
import dev.perch.media.Bytes;
import dev.perch.media.StreamConfig;
import java.util.Arrays;

/**
 * Which bytes of a frame go into a segment: all but the parameter sets that the init segment has, which CMAF keeps out of the samples (ISO/IEC
 * 23000-19 §9.4.1.2). One instance is used again and again.
 */
final class ParameterSetFilter {
    private static final int LENGTH_BYTES = 4;
    private static final int TYPE_MASK = 0x1f; // ITU-T H.264 §7.3.1
    private static final int SPS = 7;
    private static final int PPS = 8;

    private int[] from = new int[8];
    private int[] to = new int[8];
    private int count;
    private int sizeBytes;

    /** Everything. */
    void whole(int frameBytes) {
        count = 0;
        sizeBytes = 0;
        keep(0, frameBytes);
    }

    /** All NAL units but the configuration's own parameter sets. */
    void strip(FramePayload payload, int frameBytes, StreamConfig.H264 config) throws FrameLostException {
        count = 0;
        sizeBytes = 0;
        int nal = 0;
        while (nal + LENGTH_BYTES < frameBytes) {
            long length = payload.intAt(nal) & 0xffff_ffffL;
            int end = (int) Math.min(frameBytes, nal + LENGTH_BYTES + length);
            int unit = nal + LENGTH_BYTES;
            if (!equal(payload, unit, end, config.sps(), SPS) && !equal(payload, unit, end, config.pps(), PPS)) {
                keep(nal, end);
            }
            nal = end;
        }
    }

    private static boolean equal(FramePayload payload, int from, int to, Bytes set, int type)
            throws FrameLostException {
        if (to - from != set.size() || set.size() < Integer.BYTES || (set.at(0) & TYPE_MASK) != type) {
            return false;
        }
        for (int at = 0; at < set.size(); at += Integer.BYTES) {
            int aligned = Math.min(at, set.size() - Integer.BYTES);
            if (payload.intAt(from + aligned) != set.buffer().getInt(aligned)) {
                return false;
            }
        }
        return true;
    }

    private void keep(int start, int end) {
        sizeBytes += end - start;
        if (count > 0 && to[count - 1] == start) {
            to[count - 1] = end;
            return;
        }
        if (count == from.length) {
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
        }
        from[count] = start;
        to[count++] = end;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    int pieces() {
        return count;
    }

    int from(int piece) {
        return from[piece];
    }

    int to(int piece) {
        return to[piece];
    }
}
