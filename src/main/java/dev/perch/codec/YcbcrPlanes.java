package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;

/**
 * Splits pictures into planes, and expands their samples to full range: a V4L2 device's YCbCr is limited to 16–235 and 16–240 unless it says
 * otherwise, a JPEG's is not (JFIF 1.02; ITU-T T.871 §7). It works row by row over small arrays, for which the JVM's first compiler makes fast code.
 *
 * <pre>
 *  YUYV row:  Y0 Cb0 Y1 Cr0 Y2 Cb2 Y3 Cr2 …        planes:  Y0 Y1 Y2 Y3 … | Cb0 Cb2 … | Cr0 Cr2 …
 *  NV12 rows: Y0 Y1 Y2 Y3 …  and  Cb0 Cr0 Cb2 Cr2 … for two of them
 * </pre>
 */
final class YcbcrPlanes {
    // turbojpeg.h enum TJSAMP
    private static final int TJSAMP_422 = 1;
    private static final int TJSAMP_420 = 2;
    private static final int TJSAMP_GRAY = 3;

    private static final byte[] SAME = table(0, 255, 0, 255);
    private static final byte[] LUMA = table(16, 219, 0, 255);
    private static final byte[] CHROMA = table(128, 224, 128, 255);

    private final PixelFormat format;
    private final int width;
    private final int height;
    private final int chromaWidth;
    private final int chromaHeight;
    private final byte[] read;
    private final byte[] y;
    private final byte[] cb;
    private final byte[] cr;

    /**
     * Creates a splitter.
     *
     * @throws CaptureException for a format or a size that has no such planes
     */
    YcbcrPlanes(RawPicture like) throws CaptureException {
        format = like.format();
        width = like.width();
        height = like.height();
        if (format.encoded() || (format != PixelFormat.GREY && width % 2 != 0)) {
            throw new CaptureException(
                    Kind.UNSUPPORTED, "Pictures of " + format + " " + width + "x" + height + " cannot become JPEG.");
        }
        chromaWidth = format == PixelFormat.GREY ? 0 : width / 2;
        chromaHeight = packed() ? height : (height + 1) / 2;
        read = new byte[format.rowBytes(0, width)];
        y = new byte[width];
        cb = new byte[chromaWidth];
        cr = new byte[chromaWidth];
    }

    private boolean packed() {
        return format == PixelFormat.YUYV || format == PixelFormat.UYVY;
    }

    /** Returns whether {@code picture} has the format and the size of this splitter. */
    boolean fits(RawPicture picture) {
        return picture.format() == format && picture.width() == width && picture.height() == height;
    }

    /** Returns the chroma subsampling, in libturbojpeg's words. */
    int subsampling() {
        if (chromaWidth == 0) {
            return TJSAMP_GRAY;
        }
        return packed() ? TJSAMP_422 : TJSAMP_420;
    }

    int sizeBytes() {
        return width * height + 2 * chromaWidth * chromaHeight;
    }

    /** Returns the bytes of a row of Cb, and of Cr; 0 for a grey picture. */
    int chromaWidth() {
        return chromaWidth;
    }

    /** Returns how many rows of the picture share one row of chroma. */
    int rowsPerChromaRow() {
        return packed() ? 1 : 2;
    }

    int cbOffset() {
        return width * height;
    }

    int crOffset() {
        return cbOffset() + chromaWidth * chromaHeight;
    }

    /** Fills {@code planes} from index 0 with Y, Cb and Cr, without gaps. */
    void split(RawPicture picture, ByteBuffer planes) {
        byte[] luma = picture.fullRange() ? SAME : LUMA;
        byte[] chroma = picture.fullRange() ? SAME : CHROMA;
        if (packed()) {
            splitPacked(picture, planes, luma, chroma);
            return;
        }
        copyRows(picture, 0, planes, 0, luma);
        if (format == PixelFormat.NV12) {
            splitPairs(picture, planes, chroma);
        } else if (format != PixelFormat.GREY) {
            copyRows(picture, 1, planes, cbOffset(), chroma);
            copyRows(picture, 2, planes, crOffset(), chroma);
        }
    }

    private void splitPacked(RawPicture picture, ByteBuffer planes, byte[] luma, byte[] chroma) {
        ByteBuffer pixels = picture.plane(0);
        int firstY = format == PixelFormat.YUYV ? 0 : 1;
        for (int row = 0; row < height; row++) {
            pixels.get(row * picture.bytesPerLine(0), read);
            for (int i = 0, from = 0; i < cb.length; i++, from += 4) {
                y[2 * i] = luma[read[from + firstY] & 0xff];
                cb[i] = chroma[read[from + 1 - firstY] & 0xff];
                y[2 * i + 1] = luma[read[from + firstY + 2] & 0xff];
                cr[i] = chroma[read[from + 3 - firstY] & 0xff];
            }
            planes.put(row * width, y);
            putChroma(planes, row);
        }
    }

    private void splitPairs(RawPicture picture, ByteBuffer planes, byte[] chroma) {
        ByteBuffer pixels = picture.plane(1);
        for (int row = 0; row < chromaHeight; row++) {
            pixels.get(row * picture.bytesPerLine(1), read);
            for (int i = 0; i < cb.length; i++) {
                cb[i] = chroma[read[2 * i] & 0xff];
                cr[i] = chroma[read[2 * i + 1] & 0xff];
            }
            putChroma(planes, row);
        }
    }

    private void putChroma(ByteBuffer planes, int row) {
        planes.put(cbOffset() + row * chromaWidth, cb);
        planes.put(crOffset() + row * chromaWidth, cr);
    }

    private void copyRows(RawPicture picture, int plane, ByteBuffer planes, int offset, byte[] table) {
        ByteBuffer pixels = picture.plane(plane);
        int rowBytes = format.rowBytes(plane, width);
        int rows = format.rows(plane, height);
        for (int row = 0; row < rows; row++) {
            pixels.get(row * picture.bytesPerLine(plane), read, 0, rowBytes);
            for (int i = 0; i < rowBytes && table != SAME; i++) {
                read[i] = table[read[i] & 0xff];
            }
            planes.put(offset + row * rowBytes, read, 0, rowBytes);
        }
    }

    /** Returns a table that maps {@code zero} to {@code newZero} and one span to another, rounded and clamped. */
    static byte[] table(int zero, int span, int newZero, int newSpan) {
        byte[] table = new byte[256];
        for (int value = 0; value < 256; value++) {
            long scaled = Math.round((value - zero) * (double) newSpan / span) + newZero;
            table[value] = (byte) Math.max(0, Math.min(255, scaled));
        }
        return table;
    }
}
