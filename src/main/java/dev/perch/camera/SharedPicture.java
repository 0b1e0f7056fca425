package dev.perch.camera;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One of several holds on a borrowed picture, which goes back when all of them are closed. */
final class SharedPicture implements RawPicture {
    private final RawPicture picture;
    private final AtomicInteger holds;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param holds how many there will be, the same object for all of them */
    SharedPicture(RawPicture picture, AtomicInteger holds) {
        this.picture = picture;
        this.holds = holds;
    }

    @Override
    public PixelFormat format() {
        return picture.format();
    }

    @Override
    public int width() {
        return picture.width();
    }

    @Override
    public int height() {
        return picture.height();
    }

    @Override
    public int bytesPerLine() {
        return picture.bytesPerLine();
    }

    @Override
    public boolean fullRange() {
        return picture.fullRange();
    }

    @Override
    public ByteBuffer pixels() {
        if (closed.get()) {
            throw new IllegalStateException("the picture was handed back: time=" + picture.time());
        }
        return picture.pixels().duplicate(); // a position of one's own
    }

    @Override
    public int bytesPerLine(int plane) {
        return picture.bytesPerLine(plane);
    }

    @Override
    public ByteBuffer plane(int plane) {
        if (closed.get()) {
            throw new IllegalStateException("the picture was handed back: time=" + picture.time());
        }
        return picture.plane(plane).duplicate();
    }

    @Override
    public List<Integer> dmabufs() {
        return closed.get() ? List.of() : picture.dmabufs();
    }

    @Override
    public FrameTime time() {
        return picture.time();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            throw new IllegalStateException("the picture was handed back before: time=" + picture.time());
        }
        if (holds.decrementAndGet() == 0) {
            picture.close();
        }
    }
}
