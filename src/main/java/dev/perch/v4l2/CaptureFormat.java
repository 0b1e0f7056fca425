package dev.perch.v4l2;

import dev.perch.media.PixelFormat;
import java.util.List;

/**
 * What a device agreed to deliver (linux/videodev2.h v4l2_pix_format, v4l2_pix_format_mplane, v4l2_captureparm).
 *
 * @param bytesPerLine from one row to the next, for each plane of the picture; empty for encoded formats
 * @param bufferBytes what one of the driver's buffers takes, in whole pages
 * @param fullRange whether the samples of a picture use all of 0 to 255, as JPEG does
 * @param frameNanos nominal interval between two frames; 0 when the driver does not say
 */
public record CaptureFormat(
        PixelFormat pixelFormat,
        int width,
        int height,
        List<Integer> bytesPerLine,
        long bufferBytes,
        boolean fullRange,
        long frameNanos) {
    public CaptureFormat {
        bytesPerLine = List.copyOf(bytesPerLine);
    }

    CaptureFormat withFrameNanos(long nanos) {
        return new CaptureFormat(pixelFormat, width, height, bytesPerLine, bufferBytes, fullRange, nanos);
    }

    /** The fewest bytes that a whole frame has in a piece of memory: the last row's padding may be left out. */
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
