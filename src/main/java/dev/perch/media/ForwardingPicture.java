package dev.perch.media;

import java.nio.ByteBuffer;

/**
 * Forwards to another picture; subclasses override what they change. {@link #dmabufs} and {@link #writable} are not forwarded: a device or a drawer
 * that used the memory directly would bypass the subclass.
 */
public abstract class ForwardingPicture implements RawPicture {
    private final RawPicture picture;

    protected ForwardingPicture(RawPicture picture) {
        this.picture = picture;
    }

    /** Returns the picture that this one forwards to. */
    protected final RawPicture picture() {
        return picture;
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
        return picture.pixels();
    }

    @Override
    public int bytesPerLine(int plane) {
        return picture.bytesPerLine(plane);
    }

    @Override
    public ByteBuffer plane(int plane) {
        return picture.plane(plane);
    }

    @Override
    public FrameTime time() {
        return picture.time();
    }

    @Override
    public void close() {
        picture.close();
    }
}
