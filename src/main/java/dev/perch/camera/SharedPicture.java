package dev.perch.camera;

import dev.perch.media.ForwardingPicture;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One of several holds on a borrowed picture, which is handed back when all of them are closed. */
final class SharedPicture extends ForwardingPicture {
    private final AtomicInteger holds;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Creates a hold.
     *
     * @param holds the number of open holds, the same object for all
     */
    SharedPicture(RawPicture picture, AtomicInteger holds) {
        super(picture);
        this.holds = holds;
    }

    @Override
    public ByteBuffer pixels() {
        if (closed.get()) {
            throw new IllegalStateException("the picture was handed back: time=" + time());
        }
        return super.pixels().duplicate(); // with a position of its own
    }

    @Override
    public ByteBuffer plane(int plane) {
        if (closed.get()) {
            throw new IllegalStateException("the picture was handed back: time=" + time());
        }
        return super.plane(plane).duplicate();
    }

    @Override
    public List<Integer> dmabufs() {
        return closed.get() ? List.of() : picture().dmabufs();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            throw new IllegalStateException("the picture was handed back before: time=" + time());
        }
        if (holds.decrementAndGet() == 0) {
            super.close();
        }
    }
}
