package dev.perch.h264;

import dev.perch.media.MalformedBitstreamException;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tells access units of one field from those of a whole frame (field_pic_flag, ITU-T H.264 (08/2021) §7.4.3). */
public final class FieldPictures {
    private static final int LENGTH_BYTES = 4;

    private FieldPictures() {}

    /** Whether the access unit, whose NAL units have their lengths in front, is a field; false for what cannot be read. */
    public static boolean begins(StreamConfig.H264 config, ByteBuffer accessUnit) {
        try {
            SequenceParameterSet sps = SequenceParameterSet.parse(config.sps());
            return sps.interlaced() && slice(config, accessUnit.duplicate().order(ByteOrder.BIG_ENDIAN));
        } catch (MalformedBitstreamException unreadable) {
            return false;
        }
    }

    private static boolean slice(StreamConfig.H264 config, ByteBuffer bytes) throws MalformedBitstreamException {
        ParameterSets sets = new ParameterSets();
        sets.remember(ByteBuffer.wrap(config.sps().toArray()), 0, config.sps().size());
        sets.remember(ByteBuffer.wrap(config.pps().toArray()), 0, config.pps().size());
        for (int at = bytes.position(); at + LENGTH_BYTES < bytes.limit(); ) {
            int length = bytes.getInt(at);
            if (length <= 0 || length > bytes.limit() - at - LENGTH_BYTES) {
                return false;
            }
            int type = NalTable.type(bytes.get(at + LENGTH_BYTES));
            if (type == NalTable.SLICE || type == NalTable.IDR_SLICE) {
                SliceHeader header = new SliceHeader();
                header.read(bytes, at + LENGTH_BYTES, length, sets);
                return header.fieldPic();
            }
            at += LENGTH_BYTES + length;
        }
        return false;
    }
}
