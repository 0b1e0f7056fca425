package dev.perch.media;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One uncompressed picture in a borrowed buffer, the driver's own mapped memory, which is valid until {@link #close} hands it back.
 *
 * <p>The receiver must close it exactly once, from any thread, and soon, as the driver has few buffers. Passing it on passes on that duty.
 */
public interface RawPicture extends AutoCloseable {
    /**
     * Returns the layout of the pixels: the contiguous format even where planes lie in several pieces of memory, as {@link #plane} finds each.
     */
    PixelFormat format();

    /** Returns the width in pixels. */
    int width();

    /** Returns the height in pixels. */
    int height();

    /** Returns the bytes from the start of one row of the first plane to the start of the next. */
    int bytesPerLine();

    /** Returns true if samples use all of 0 to 255, as in JPEG; false if luma uses 16 to 235 and chroma 16 to 240 (ITU-R BT.601). */
    default boolean fullRange() {
        return false;
    }

    /**
     * Returns the pixels of the first plane, and of all others that lie behind it, read-only, from index 0. The buffer is not valid after {@link
     * #close}.
     */
    ByteBuffer pixels();

    /** Returns the bytes from the start of one row of {@code plane} to the start of the next. */
    default int bytesPerLine(int plane) {
        return format().bytesPerLine(plane, bytesPerLine());
    }

    /** Returns the pixels of {@code plane}, from index 0. The buffer is not valid after {@link #close}. */
    default ByteBuffer plane(int plane) {
        int offset = 0;
        for (int before = 0; before < plane; before++) {
            offset += bytesPerLine(before) * format().rows(before, height());
        }
        ByteBuffer pixels = pixels();
        return pixels.slice(offset, pixels.capacity() - offset);
    }

    /**
     * Returns the pixels of {@code plane} for drawing, before anybody else has seen the picture.
     *
     * @throws UnsupportedOperationException if the memory may not be written
     */
    default ByteBuffer writable(int plane) {
        throw new UnsupportedOperationException("nothing is drawn into this picture: format=" + format());
    }

    /** Appends the picture to {@code destination}, row by row and plane by plane, without padding. */
    default void copyTo(ByteBuffer destination) {
        for (int plane = 0; plane < format().planes(); plane++) {
            ByteBuffer from = plane(plane);
            int rowBytes = format().rowBytes(plane, width());
            int rows = format().rows(plane, height());
            int stride = bytesPerLine(plane);
            int step = stride == rowBytes ? rows : 1; // without padding, all rows at once
            for (int row = 0; row < rows; row += step) {
                int at = destination.position();
                destination.put(at, from, row * stride, step * rowBytes);
                destination.position(at + step * rowBytes);
            }
        }
    }

    /**
     * Returns the file descriptors of the DMA-BUFs that hold the pixels, so that another device can read them in place: one, or one for each plane
     * that has memory of its own; none if the driver exports none. The pixels begin at each one's first byte. The lender closes the descriptors; they
     * are not valid after {@link #close}.
     */
    default List<Integer> dmabufs() {
        return List.of();
    }

    /** Returns the time of capture. */
    FrameTime time();

    /** Hands the buffer back to the driver. */
    @Override
    void close();
}
