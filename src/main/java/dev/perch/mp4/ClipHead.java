package dev.perch.mp4;

import dev.perch.media.Bytes;
import java.nio.ByteBuffer;

/**
 * The bytes in front of the media of an ordinary file: {@code ftyp}, the index, and the header of the {@code mdat} (ISO/IEC 14496-12:2015 §8.1).
 */
public final class ClipHead {
    private static final int FTYP_BYTES = 32;
    private static final int LARGE_HEADER_BYTES = 16;

    private ClipHead() {}

    /**
     * Returns the bytes, which the content of the {@code mdat} follows.
     *
     * @param index its chunk offsets count from the first byte of the media
     * @param fromTicks the time from which the movie is shown, in ticks of 90 kHz
     * @param ticks the most that is shown, in ticks of 90 kHz
     * @param mediaBytes the size of the media
     */
    public static ByteBuffer of(MovieIndex index, long fromTicks, long ticks, long mediaBytes) {
        long moved = 0;
        Bytes moov = index.moov(fromTicks, ticks);
        while (true) { // chunk offsets that need 64 bits make the head longer, which moves the chunks
            long offset = FTYP_BYTES + (long) moov.size() + LARGE_HEADER_BYTES;
            if (offset == moved) {
                break;
            }
            index.move(offset - moved);
            moved = offset;
            moov = index.moov(fromTicks, ticks);
        }
        BoxWriter out = new BoxWriter((int) moved);
        int ftyp = out.begin("ftyp");
        out.fourcc("isom").u32(512).fourcc("isom").fourcc("iso2").fourcc("avc1").fourcc("mp41");
        out.end(ftyp);
        out.bytes(moov);
        long sizeBytes = mediaBytes + LARGE_HEADER_BYTES;
        out.u32(/* largesize follows */ 1)
                .fourcc("mdat")
                .u32((int) (sizeBytes >> 32))
                .u32((int) sizeBytes);
        return out.written().buffer();
    }
}
