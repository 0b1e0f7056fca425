package dev.perch.codec;

import dev.perch.media.CaptureException;

/** A run of a JPEG encoder of this process over raw pictures. */
final class JpegRun implements EncoderRun {
    private final JpegOfPicture jpeg;

    JpegRun(JpegOfPicture jpeg) {
        this.jpeg = jpeg;
    }

    @Override
    public boolean takes(InputFrame frame) {
        return true;
    }

    @Override
    public void put(InputFrame frame) throws CaptureException {
        jpeg.encode(frame);
    }

    @Override
    public void forceKeyFrame() {
        // every JPEG is a key frame
    }

    @Override
    public boolean finish(long millis) {
        return true;
    }

    @Override
    public String by() {
        return jpeg.name();
    }

    @Override
    public void kill() {
        // a picture takes only milliseconds
    }

    @Override
    public void close() {
        jpeg.close();
    }
}
