package dev.perch.media;

import java.util.Optional;

/** The largest picture that Perch accepts. A size from a header is checked here before memory is allocated for it. */
public final class PictureLimits {
    /** ITU-T H.264 level 6.2 allows 16,880 pixels; the largest sensor seen on a Pi has 9,152. */
    public static final int MOST_SIDE = 16_880;

    /** 64 Mi: a sensor of 64 megapixels (9,152 x 6,944) fits, and four bytes a pixel stay below 2 GiB. */
    public static final int MOST_PIXELS = 1 << 26;

    private PictureLimits() {}

    /** Returns why a picture of this size is refused, as a sentence; empty if it is accepted. */
    public static Optional<String> refusal(int width, int height) {
        if (width == 0 || height == 0) {
            return Optional.of("Pictures of " + width + "x" + height + " pixels are not taken: 1 a side is the least.");
        }
        boolean taken = width > 0
                && height > 0
                && width <= MOST_SIDE
                && height <= MOST_SIDE
                && (long) width * height <= MOST_PIXELS;
        return taken
                ? Optional.empty()
                : Optional.of("Pictures of " + width + "x" + height + " pixels are not taken: " + MOST_SIDE
                        + " a side and " + MOST_PIXELS + " in all are the most.");
    }

    /**
     * Refuses a picture that is too large.
     *
     * @param who the origin of the picture: {@code /dev/video0}
     * @throws CaptureException with the size and the limits
     */
    public static void require(String who, int width, int height) throws CaptureException {
        Optional<String> refusal = refusal(width, height);
        if (refusal.isPresent()) {
            throw new CaptureException(CaptureException.Kind.UNSUPPORTED, who + ": " + refusal.get());
        }
    }
}
