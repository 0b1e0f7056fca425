package dev.perch.codec;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;

/**
 * What an encoder is given: a raw picture, or a frame to be decoded first.
 *
 * @param bytesPerLine from one row to the next; 0 of a frame
 * @param fullRange whether a picture's samples use all of 0 to 255
 * @param bytes from index 0 to the limit, not to be kept
 * @param key whether a decoder can start here
 */
record InputFrame(
        PixelFormat format,
        int width,
        int height,
        int bytesPerLine,
        boolean fullRange,
        ByteBuffer bytes,
        FrameTime time,
        boolean key) {
    static InputFrame of(RawPicture picture) {
        return new InputFrame(
                picture.format(),
                picture.width(),
                picture.height(),
                picture.bytesPerLine(),
                picture.fullRange(),
                picture.pixels(),
                picture.time(),
                /* key= */ true);
    }

    static InputFrame of(FrameReader reader, ByteBuffer bytes) {
        StreamConfig config = reader.config();
        return new InputFrame(
                config instanceof StreamConfig.H264 ? PixelFormat.H264 : PixelFormat.MJPG,
                config.width(),
                config.height(),
                /* bytesPerLine= */ 0,
                /* fullRange= */ false,
                bytes,
                reader.time(),
                reader.key());
    }

    /** Whether an encoder that was set up for {@code other} takes this too. */
    boolean like(InputFrame other) {
        return format == other.format && width == other.width && height == other.height && fullRange == other.fullRange;
    }
}
