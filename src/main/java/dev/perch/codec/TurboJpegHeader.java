package dev.perch.codec;

/**
 * The header of a JPEG image.
 *
 * @param subsampling in the words of turbojpeg.h, enum TJSAMP
 */
record TurboJpegHeader(int width, int height, int subsampling) {
    // turbojpeg.h enum TJSAMP
    static final int TJSAMP_422 = 1;
    static final int TJSAMP_420 = 2;
    static final int TJSAMP_GRAY = 3;
    static final int TJSAMP_440 = 4;

    /** Returns the number of planes. */
    int planes() {
        return subsampling == TJSAMP_GRAY ? 1 : 3;
    }

    /** Returns the width of a minimum coded unit (ITU-T T.81 §A.2.4), in pixels. */
    int mcuWidth() {
        return switch (subsampling) {
            case TJSAMP_422, TJSAMP_420 -> 16;
            default -> 8;
        };
    }

    /** Returns the height of a minimum coded unit, in pixels. */
    int mcuHeight() {
        return switch (subsampling) {
            case TJSAMP_420, TJSAMP_440 -> 16;
            default -> 8;
        };
    }

    /** Returns the subsampling of the image turned by a quarter. */
    int transposed() {
        return switch (subsampling) {
            case TJSAMP_422 -> TJSAMP_440;
            case TJSAMP_440 -> TJSAMP_422;
            default -> subsampling;
        };
    }

    /** Returns the number of samples in whole coded units, of all planes. */
    long samples() {
        long across = (width + 15) / 16 * 16L;
        long down = (height + 15) / 16 * 16L;
        return across * down * (subsampling == TJSAMP_GRAY ? 1 : subsampling == TJSAMP_420 ? 2 : 3);
    }

    /** Returns the most bytes that a JPEG image of this size can have. */
    int mostBytes(int width, int height, int subsampling) {
        return TurboJpeg.Calls.tjBufSize(width, height, subsampling).intValue();
    }
}
