package dev.perch.v4l2;

import dev.perch.media.FrameTime;
import dev.perch.media.PixelFormat;
import dev.perch.media.RawPicture;
import java.nio.ByteBuffer;
import java.util.List;

/** A decoded picture in the decoder's memory, valid while its receiver looks at it. */
final class DecodedPicture implements RawPicture {
    private static final FrameTime UNKNOWN = new FrameTime(0, 0);

    private final M2mQueue queue;
    private final int index;
    private final PixelFormat raw;
    private final int width;
    private final int height;
    private final List<Integer> strides;

    /** Makes a picture of the buffer that came out of {@code queue} last. */
    DecodedPicture(M2mQueue queue, PixelFormat raw, int width, int height) {
        this.queue = queue;
        this.index = queue.index();
        this.raw = raw;
        this.width = width;
        this.height = height;
        this.strides = queue.format().strides(raw);
    }

    @Override
    public PixelFormat format() {
        return raw.contiguous();
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int bytesPerLine() {
        return strides.get(0);
    }

    @Override
    public int bytesPerLine(int plane) {
        return strides.get(plane);
    }

    @Override
    public ByteBuffer pixels() {
        return queue.memory(index, 0);
    }

    @Override
    public ByteBuffer plane(int plane) {
        ByteBuffer memory = queue.memory(index, raw.memoryPlanes() > 1 ? plane : 0);
        int offset = queue.format().offset(raw, plane, strides);
        return memory.slice(offset, memory.capacity() - offset);
    }

    /** Returns no time: the stamp names the frame that the picture was made of, and that frame has the time. */
    @Override
    public FrameTime time() {
        return UNKNOWN;
    }

    @Override
    public void close() {
        // the decoder takes its memory back itself
    }
}
