package dev.perch.codec;

import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;

/**
 * Turns packed 4:2:2 pictures into planes, and their samples into full range: a V4L2 device's YCbCr is limited to 16–235 and 16–240 unless it
 * says otherwise, a JPEG's is not (JFIF 1.02; ITU-T T.871 §7). Row by row over small arrays, which a plain compiler turns into quick code.
 *
 * <pre>
 *  YUYV row:  Y0 Cb0 Y1 Cr0 Y2 Cb2 Y3 Cr2 …        planes:  Y0 Y1 Y2 Y3 … | Cb0 Cb2 … | Cr0 Cr2 …
 * </pre>
 */
final class YuyvPlanes {
    private static final byte[] SAME = table(0, 255, 0, 255);
    private static final byte[] LUMA = table(16, 219, 0, 255);
    private static final byte[] CHROMA = table(128, 224, 128, 255);

    private final int width;
    private final int height;
    private final byte[] packed;
    private final byte[] y;
    private final byte[] cb;
    private final byte[] cr;

    /** @param width even, as 4:2:2 demands */
    YuyvPlanes(int width, int height) {
        this.width = width;
        this.height = height;
        packed = new byte[2 * width];
        y = new byte[width];
        cb = new byte[width / 2];
        cr = new byte[width / 2];
    }

    int sizeBytes() {
        return 2 * width * height;
    }

    int cbOffset() {
        return width * height;
    }

    int crOffset() {
        return cbOffset() + width / 2 * height;
    }

    /** Fills {@code planes} from index 0: Y, Cb, Cr, without gaps. */
    void split(RawPicture picture, ByteBuffer planes) {
        byte[] luma = picture.fullRange() ? SAME : LUMA;
        byte[] chroma = picture.fullRange() ? SAME : CHROMA;
        ByteBuffer pixels = picture.pixels();
        for (int row = 0; row < height; row++) {
            pixels.get(row * picture.bytesPerLine(), packed);
            splitRow(luma, chroma);
            planes.put(row * width, y);
            planes.put(cbOffset() + row * (width / 2), cb);
            planes.put(crOffset() + row * (width / 2), cr);
        }
    }

    private void splitRow(byte[] luma, byte[] chroma) {
        for (int i = 0, from = 0; i < cb.length; i++, from += 4) {
            y[2 * i] = luma[packed[from] & 0xff];
            cb[i] = chroma[packed[from + 1] & 0xff];
            y[2 * i + 1] = luma[packed[from + 2] & 0xff];
            cr[i] = chroma[packed[from + 3] & 0xff];
        }
    }

    /** Maps {@code zero} to {@code newZero} and a span to another, rounded and clamped. */
    private static byte[] table(int zero, int span, int newZero, int newSpan) {
        byte[] table = new byte[256];
        for (int value = 0; value < 256; value++) {
            long scaled = Math.round((value - zero) * (double) newSpan / span) + newZero;
            table[value] = (byte) Math.max(0, Math.min(255, scaled));
        }
        return table;
    }
}
