package dev.perch.media;

import java.nio.ByteBuffer;

/**
 * One uncompressed picture in a borrowed buffer: the driver's own mapped memory, valid until {@link #close} hands it back.
 *
 * <p>Whoever is given one must close it, exactly once, from any thread, soon: the driver has few buffers. Passing it on passes that duty on.
 */
public interface RawPicture extends AutoCloseable {
    /** How the pixels lie. */
    PixelFormat format();

    /** Width in pixels. */
    int width();

    /** Height in pixels. */
    int height();

    /** Bytes from the start of one row to the start of the next (of the first plane). */
    int bytesPerLine();

    /** Whether the samples use all of 0 to 255, as JPEG does; otherwise luma 16 to 235 and chroma 16 to 240 (ITU-R BT.601). */
    default boolean fullRange() {
        return false;
    }

    /** The pixels, read-only, from index 0; not valid after {@link #close}. */
    ByteBuffer pixels();

    /** When it was captured. */
    FrameTime time();

    /** Hands the buffer back to the driver. */
    @Override
    void close();
}
