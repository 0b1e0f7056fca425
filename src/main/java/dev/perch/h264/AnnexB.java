package dev.perch.h264;

import dev.perch.media.MalformedBitstreamException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Converts access units between their two forms: each NAL unit is preceded by four bytes, a length or a start code (ITU-T H.264 Annex B).
 */
public final class AnnexB {
    private static final int START_CODE = 1;

    private AnnexB() {}

    /**
     * Replaces the lengths between position and limit by start codes, in place. The position does not move.
     *
     * @throws MalformedBitstreamException if a length does not fit
     */
    public static void fromLengths(ByteBuffer accessUnit) throws MalformedBitstreamException {
        ByteBuffer bytes = accessUnit.duplicate().order(ByteOrder.BIG_ENDIAN);
        int at = bytes.position();
        while (at < bytes.limit()) {
            int left = bytes.limit() - at;
            int length = left < 4 ? -1 : bytes.getInt(at);
            if (length < 0 || length > left - 4) {
                throw new MalformedBitstreamException("NAL unit ends behind the access unit", at, length);
            }
            bytes.putInt(at, START_CODE);
            at += 4 + length;
        }
    }
}
