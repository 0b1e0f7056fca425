package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One uncompressed picture in a borrowed buffer: the driver's own mapped memory, valid until {@link #close} hands it back.
 *
 * <p>Whoever is given one must close it, exactly once, from any thread, soon: the driver has few buffers. Passing it on passes that duty on.
 */
public interface RawPicture extends AutoCloseable {
    /** How the pixels lie; of planes in several pieces of memory the contiguous format, for {@link #plane} finds each. */
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

    /** The pixels of the first plane, and of all others that lie behind it, read-only, from index 0; not valid after {@link #close}. */
    ByteBuffer pixels();

    /** Bytes from the start of one row to the start of the next in one of the format's planes. */
    default int bytesPerLine(int plane) {
        return format().bytesPerLine(plane, bytesPerLine());
    }

    /** The pixels of one of the format's planes, from index 0; not valid after {@link #close}. */
    default ByteBuffer plane(int plane) {
        int offset = 0;
        for (int before = 0; before < plane; before++) {
            offset += bytesPerLine(before) * format().rows(before, height());
        }
        ByteBuffer pixels = pixels();
        return pixels.slice(offset, pixels.capacity() - offset);
    }

    /** Appends the picture to {@code destination}, rows and planes one behind the other, without padding. */
    default void copyTo(ByteBuffer destination) {
        for (int plane = 0; plane < format().planes(); plane++) {
            ByteBuffer from = plane(plane);
            int rowBytes = format().rowBytes(plane, width());
            int rows = format().rows(plane, height());
            int stride = bytesPerLine(plane);
            int step = stride == rowBytes ? rows : 1; // without padding all at once
            for (int row = 0; row < rows; row += step) {
                int at = destination.position();
                destination.put(at, from, row * stride, step * rowBytes);
                destination.position(at + step * rowBytes);
            }
        }
    }

    /**
     * File descriptors of the DMA-BUFs that the pixels lie in, for a device that reads them there: one, or one for each plane that has memory of its own,
     * each from its first byte on. The lender's to close; not valid after {@link #close}; none where the driver exports none.
     */
    default List<Integer> dmabufs() {
        return List.of();
    }

    /** When it was captured. */
    FrameTime time();

    /** Hands the buffer back to the driver. */
    @Override
    void close();
}
