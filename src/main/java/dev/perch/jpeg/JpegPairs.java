package dev.perch.jpeg;

import dev.perch.media.FrameTime;

/**
 * Recognizes the second image of a pair in a stream: the other field of a frame (AVI1), or a preview that follows its picture. Not thread-safe.
 */
final class JpegPairs {
    private final long togetherNanos;
    private int polarity; // of the image published last, like the size
    private int width;
    private int height;
    private boolean leftOut; // whether the image before was left out
    private long lastNanos; // of the image before

    /**
     * Creates a detector.
     *
     * @param nominalFrameNanos the interval between frames; 0 where each image is a frame of its own
     */
    JpegPairs(long nominalFrameNanos) {
        this.togetherNanos = nominalFrameNanos / 4;
    }

    /** Returns whether the image is the second of a pair, which the caller leaves out. */
    boolean second(JpegScanner image, FrameTime time) {
        if (togetherNanos == 0) {
            return false;
        }
        boolean otherField = image.fieldPolarity() != 0 && polarity != 0 && image.fieldPolarity() != polarity;
        boolean otherSize = width != 0 && (image.width() != width || image.height() != height);
        boolean together = time.decodeNanos() - lastNanos < togetherNanos;
        lastNanos = time.decodeNanos();
        // two images of the other size in a row: the stream has changed
        leftOut = otherField || (otherSize && together && !leftOut);
        if (!leftOut) {
            polarity = image.fieldPolarity();
            width = image.width();
            height = image.height();
        }
        return leftOut;
    }
}
