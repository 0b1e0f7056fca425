package dev.perch.config;

import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.CameraConfig.PictureSize;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The quality of what Perch encodes itself; copied streams keep theirs. The key {@code quality} sets scale and CRF by a table, and the exact keys
 * override it.
 *
 * @param scale the share of the source's width and height, above 0, at most 1; {@link #size} wins over it
 * @param crf the constant rate factor of H.264, 0 (without loss) to 51; empty leaves it to the encoder
 * @param size of the pictures; empty for the source's, scaled
 * @param fps frames a second at most; empty for the source's
 * @param bitrate bits a second of H.264, which overrides a CRF from the table and limits a configured one; empty for no limit
 * @param audioBitrate bits a second of AAC; empty leaves it to the encoder
 * @param jpegQuality of JPEGs, 1 to 100, on libjpeg's scale
 */
public record Quality(
        double scale,
        OptionalDouble crf,
        Optional<PictureSize> size,
        Optional<FrameRate> fps,
        OptionalLong bitrate,
        OptionalInt audioBitrate,
        int jpegQuality) {
    /** libjpeg's quality where none is configured. */
    public static final int JPEG_QUALITY = 80;

    /** The source's size and rate, and the encoder's default quality. */
    public static final Quality DEFAULT = new Quality(
            /* scale= */ 1,
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            JPEG_QUALITY);

    /** The size in percent and the CRF at 0, 0.25, 0.5, 0.75 and 1. */
    private static final double[] PERCENT = {25, 44, 63, 81, 100};

    private static final double[] CRF = {40, 35, 29, 24, 18};

    public Quality {
        if (!(scale > 0 && scale <= 1)) {
            throw new IllegalArgumentException("pictures are made smaller, not larger: scale=" + scale);
        }
        if (jpegQuality < 1 || jpegQuality > 100) {
            throw new IllegalArgumentException("libjpeg's scale is 1 to 100: jpegQuality=" + jpegQuality);
        }
    }

    /**
     * Returns the quality for one number, interpolated linearly between the table's lines.
     *
     * @param level 0 (smallest) to 1 (best)
     */
    public static Quality of(double level) {
        return new Quality(
                between(PERCENT, level) / 100,
                OptionalDouble.of(between(CRF, level)),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                JPEG_QUALITY);
    }

    private static double between(double[] table, double level) {
        double place = level * (table.length - 1);
        int below = Math.min((int) place, table.length - 2);
        return table[below] + (place - below) * (table[below + 1] - table[below]);
    }

    /** Returns {@code full} scaled, with even sides. An exact size stays exact. */
    public PictureSize scaled(PictureSize full) {
        return new PictureSize(even(full.width()), even(full.height()), full.exact());
    }

    private int even(int side) {
        return scale == 1 ? side : Math.max(2, (int) Math.round(side * scale / 2) * 2);
    }

    /** Returns this quality for pictures that are small already, unless a size is configured. */
    Quality unscaled() {
        return new Quality(1, crf, size, fps, bitrate, audioBitrate, jpegQuality);
    }

    /** Returns this quality with every picture in its own size. */
    public Quality sameSize() {
        return new Quality(1, crf, Optional.empty(), Optional.empty(), bitrate, audioBitrate, jpegQuality);
    }

    /** Returns this quality for pictures of size {@code other}. */
    public Quality sized(PictureSize other) {
        return new Quality(1, crf, Optional.of(other), fps, bitrate, audioBitrate, jpegQuality);
    }

    /** Returns this quality with another JPEG quality, on libjpeg's scale. */
    public Quality jpeg(int other) {
        return new Quality(scale, crf, size, fps, bitrate, audioBitrate, other);
    }

    /** Returns this quality without a limit on the frame rate. */
    public Quality everyFrame() {
        return new Quality(scale, crf, size, Optional.empty(), bitrate, audioBitrate, jpegQuality);
    }

    /** Returns this quality with a frame rate of at most {@code most}. */
    public Quality paced(FrameRate most) {
        return new Quality(scale, crf, size, Optional.of(most), bitrate, audioBitrate, jpegQuality);
    }
}
