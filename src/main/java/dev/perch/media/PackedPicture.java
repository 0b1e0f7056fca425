package dev.perch.media;

import java.nio.ByteBuffer;

/** A picture without padding, in memory of whoever has made it: its close hands nothing back. */
public record PackedPicture(
        PixelFormat format, int width, int height, boolean fullRange, ByteBuffer pixels, FrameTime time)
        implements RawPicture {
    @Override
    public int bytesPerLine() {
        return format.rowBytes(0, width);
    }

    @Override
    public void close() {
        // its maker's own memory
    }
}
