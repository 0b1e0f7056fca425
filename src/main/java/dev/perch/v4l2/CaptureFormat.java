package dev.perch.v4l2;

import dev.perch.media.PixelFormat;
import java.util.List;

/**
 * The format that a device agreed to deliver (linux/videodev2.h v4l2_pix_format, v4l2_pix_format_mplane, v4l2_captureparm).
 *
 * @param bytesPerLine distance from one row to the next, for each plane of the picture; empty for encoded formats
 * @param bufferBytes memory that one of the driver's buffers takes, in whole pages
 * @param fullRange true when the samples of a picture use all of 0 to 255, as JPEG's do
 * @param flipped whether the device flips its pictures as it was asked to
 * @param frameNanos nominal interval between two frames; 0 if the driver does not say
 */
public record CaptureFormat(
        PixelFormat pixelFormat,
        int width,
        int height,
        List<Integer> bytesPerLine,
        long bufferBytes,
        boolean fullRange,
        boolean flipped,
        long frameNanos) {
    /** A format of pictures that the device was not asked to flip. */
    public CaptureFormat(
            PixelFormat pixelFormat,
            int width,
            int height,
            List<Integer> bytesPerLine,
            long bufferBytes,
            boolean fullRange,
            long frameNanos) {
        this(pixelFormat, width, height, bytesPerLine, bufferBytes, fullRange, /* flipped= */ false, frameNanos);
    }

    public CaptureFormat {
        bytesPerLine = List.copyOf(bytesPerLine);
    }

    CaptureFormat withFrameNanos(long nanos) {
        return new CaptureFormat(pixelFormat, width, height, bytesPerLine, bufferBytes, fullRange, flipped, nanos);
    }

    CaptureFormat withFlips() {
        return new CaptureFormat(
                pixelFormat, width, height, bytesPerLine, bufferBytes, fullRange, /* flipped= */ true, frameNanos);
    }

    /** Returns the fewest bytes of a whole frame in a piece of memory: the padding of the last row may be left out. */
    int fewestBytes(int memoryPlane) {
        if (pixelFormat.encoded()) {
            return 1;
        }
        boolean separate = pixelFormat.memoryPlanes() > 1;
        int last = separate ? memoryPlane : pixelFormat.planes() - 1;
        int bytes = 0;
        for (int plane = separate ? memoryPlane : 0; plane < last; plane++) {
            bytes += bytesPerLine.get(plane) * pixelFormat.rows(plane, height);
        }
        return bytes
                + bytesPerLine.get(last) * (pixelFormat.rows(last, height) - 1)
                + pixelFormat.rowBytes(last, width);
    }
}
