package dev.perch.v4l2;

import dev.perch.media.PixelFormat;

/**
 * What a device agreed to deliver (linux/videodev2.h v4l2_pix_format, v4l2_captureparm).
 *
 * @param bytesPerLine from one row to the next; 0 for encoded formats
 * @param sizeImageBytes the largest a frame can be
 * @param fullRange whether the samples of a picture use all of 0 to 255, as JPEG does
 * @param frameNanos nominal interval between two frames; 0 when the driver does not say
 */
public record CaptureFormat(
        PixelFormat pixelFormat,
        int width,
        int height,
        int bytesPerLine,
        int sizeImageBytes,
        boolean fullRange,
        long frameNanos) {
    CaptureFormat withFrameNanos(long nanos) {
        return new CaptureFormat(pixelFormat, width, height, bytesPerLine, sizeImageBytes, fullRange, nanos);
    }
}
