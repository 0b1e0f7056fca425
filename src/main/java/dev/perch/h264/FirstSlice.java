package dev.perch.h264;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the first slice of an access unit whose NAL units are preceded by their lengths, and the NAL units before it. */
public final class FirstSlice {
    private static final int LENGTH_BYTES = 4;

    private FirstSlice() {}

    /** Returns whether the first slice belongs to an IDR picture; false if it cannot be read. */
    public static boolean idr(ByteBuffer accessUnit) {
        ByteBuffer bytes = accessUnit.duplicate().order(ByteOrder.BIG_ENDIAN);
        int at = find(bytes);
        return at >= 0 && NalTable.type(bytes.get(at + LENGTH_BYTES)) == NalTable.IDR_SLICE;
    }

    /** Returns whether the first slice belongs to a field of a frame (field_pic_flag, ITU-T H.264 (08/2021) §7.4.3); false if it cannot be read. */
    public static boolean field(StreamConfig.H264 config, ByteBuffer accessUnit) {
        ByteBuffer bytes = accessUnit.duplicate().order(ByteOrder.BIG_ENDIAN);
        int at = find(bytes);
        try {
            if (at < 0 || !SequenceParameterSet.parse(config.sps()).interlaced()) {
                return false;
            }
            ParameterSets sets = new ParameterSets();
            sets.remember(
                    ByteBuffer.wrap(config.sps().toArray()), 0, config.sps().size());
            sets.remember(
                    ByteBuffer.wrap(config.pps().toArray()), 0, config.pps().size());
            SliceHeader header = new SliceHeader();
            header.read(bytes, at + LENGTH_BYTES, bytes.getInt(at), sets);
            return header.fieldPic();
        } catch (MalformedBitstreamException unreadable) {
            return false;
        }
    }

    /** Returns the number of frames after which a decoder that starts here has a whole picture; 0 for an IDR picture, and if it cannot be read. */
    public static int recoveryFrames(ByteBuffer accessUnit) {
        ByteBuffer bytes = accessUnit.duplicate().order(ByteOrder.BIG_ENDIAN);
        int slice = find(bytes);
        for (int at = bytes.position(); at < slice; at += LENGTH_BYTES + bytes.getInt(at)) {
            int nal = at + LENGTH_BYTES;
            if (NalTable.type(bytes.get(nal)) == NalTable.SEI) {
                int frames = RecoveryPoint.frames(bytes, nal, bytes.getInt(at));
                if (frames > 0) {
                    return frames;
                }
            }
        }
        return 0;
    }

    /** Returns the index of the length before the first slice, -1 if there is none. */
    private static int find(ByteBuffer bytes) {
        for (int at = bytes.position(); at + LENGTH_BYTES < bytes.limit(); ) {
            int length = bytes.getInt(at);
            if (length <= 0 || length > bytes.limit() - at - LENGTH_BYTES) {
                return -1;
            }
            int type = NalTable.type(bytes.get(at + LENGTH_BYTES));
            if (type == NalTable.SLICE || type == NalTable.IDR_SLICE) {
                return at;
            }
            at += LENGTH_BYTES + length;
        }
        return -1;
    }
}
