package dev.perch.media;

import java.nio.ByteBuffer;

/** A picture without padding, in memory that belongs to its maker: {@link #close} does nothing. */
public record PackedPicture(
        PixelFormat format, int width, int height, boolean fullRange, ByteBuffer pixels, FrameTime time)
        implements RawPicture {
    @Override
    public int bytesPerLine() {
        return format.rowBytes(0, width);
    }

    @Override
    public void close() {
        // the maker keeps the memory
    }
}
