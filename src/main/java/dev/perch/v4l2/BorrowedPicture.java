package dev.perch.v4l2;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;

/** A picture in the driver's own memory; knows the queue, and so the session, that it goes back to. */
final class BorrowedPicture implements RawPicture {
    private final BufferQueue queue;
    private final int index;
    private final CaptureFormat captureFormat;
    private final ByteBuffer pixels;
    private final FrameTime time;
    private final AtomicBoolean closed = new AtomicBoolean();

    BorrowedPicture(BufferQueue queue, int index, CaptureFormat captureFormat, ByteBuffer pixels, FrameTime time) {
        this.queue = queue;
        this.index = index;
        this.captureFormat = captureFormat;
        this.pixels = pixels;
        this.time = time;
    }

    @Override
    public PixelFormat format() {
        return captureFormat.pixelFormat();
    }

    @Override
    public int width() {
        return captureFormat.width();
    }

    @Override
    public int height() {
        return captureFormat.height();
    }

    @Override
    public int bytesPerLine() {
        return captureFormat.bytesPerLine();
    }

    @Override
    public boolean fullRange() {
        return captureFormat.fullRange();
    }

    @Override
    public ByteBuffer pixels() {
        if (closed.get()) {
            throw new IllegalStateException("the picture was handed back: index=" + index);
        }
        return pixels;
    }

    @Override
    public FrameTime time() {
        return time;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            throw new IllegalStateException("the picture was handed back before: index=" + index);
        }
        queue.giveBack(index);
    }
}
