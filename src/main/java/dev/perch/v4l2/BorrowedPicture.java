package dev.perch.v4l2;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A picture in the driver's own memory, in one piece or in one for each plane. It knows the queue, and so the session, that its buffer goes back to. */
final class BorrowedPicture implements RawPicture {
    private final BufferQueue queue;
    private final int index;
    private final CaptureFormat captureFormat;
    private final List<ByteBuffer> memory;
    private final List<Integer> dmabufs;
    private final FrameTime time;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Makes a picture of the buffer that came out of {@code queue} last. */
    BorrowedPicture(BufferQueue queue, CaptureFormat captureFormat, FrameTime time) {
        this.queue = queue;
        this.index = queue.index();
        this.captureFormat = captureFormat;
        this.memory = queue.picture();
        this.dmabufs = queue.dmabufs();
        this.time = time;
    }

    @Override
    public PixelFormat format() {
        return captureFormat.pixelFormat().contiguous();
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
        return bytesPerLine(0);
    }

    @Override
    public boolean fullRange() {
        return captureFormat.fullRange();
    }

    @Override
    public int bytesPerLine(int plane) {
        return captureFormat.bytesPerLine().get(plane);
    }

    @Override
    public ByteBuffer pixels() {
        if (closed.get()) {
            throw new IllegalStateException("the picture was handed back: index=" + index);
        }
        return memory.get(0);
    }

    @Override
    public ByteBuffer plane(int plane) {
        ByteBuffer first = pixels();
        return plane == 0 ? first : memory.size() > 1 ? memory.get(plane) : RawPicture.super.plane(plane);
    }

    @Override
    public ByteBuffer writable(int plane) {
        pixels(); // throws if it was handed back
        if (queue.index() != index) {
            throw new IllegalStateException("another picture has come since: index=" + index);
        }
        if (plane == 0 || memory.size() > 1) {
            return queue.writable(plane);
        }
        ByteBuffer first = queue.writable(0);
        int offset = 0;
        for (int before = 0; before < plane; before++) {
            offset += bytesPerLine(before) * format().rows(before, height());
        }
        return first.slice(offset, first.capacity() - offset);
    }

    @Override
    public List<Integer> dmabufs() {
        return closed.get() ? List.of() : dmabufs;
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
