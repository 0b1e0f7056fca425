package dev.perch.codec;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** A YUYV picture in memory of its own, which counts how often it was handed back. */
record TestPicture(int width, int height, int bytesPerLine, boolean fullRange, ByteBuffer pixels, AtomicInteger closes)
        implements RawPicture {
    /** Rows without padding, limited range. */
    static TestPicture of(int width, int height, ByteBuffer yuyv) {
        return new TestPicture(width, height, 2 * width, /* fullRange= */ false, yuyv, new AtomicInteger());
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
    public PixelFormat format() {
        return PixelFormat.YUYV;
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
