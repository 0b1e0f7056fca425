package dev.perch.codec;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A picture in memory of its own, which counts how often it was handed back. */
record TestPicture(
        PixelFormat format,
        int width,
        int height,
        int bytesPerLine,
        boolean fullRange,
        ByteBuffer pixels,
        AtomicInteger closes)
        implements RawPicture {
    /** Rows of YUYV without padding, limited range. */
    static TestPicture of(int width, int height, ByteBuffer yuyv) {
        return of(PixelFormat.YUYV, width, height, yuyv);
    }

    /** Rows without padding, limited range. */
    static TestPicture of(PixelFormat format, int width, int height, ByteBuffer pixels) {
        int stride = format.rowBytes(0, width);
        return new TestPicture(format, width, height, stride, /* fullRange= */ false, pixels, new AtomicInteger());
    }

    /** One colour all over. */
    static TestPicture plain(int width, int height, int luma) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(2 * width * height);
        while (pixels.hasRemaining()) {
            pixels.put((byte) luma).put((byte) 128);
        }
        return of(width, height, pixels.flip());
    }

    @Override
    public FrameTime time() {
        return new FrameTime(1, 2);
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }
}
