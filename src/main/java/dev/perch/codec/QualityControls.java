package dev.perch.codec;

import dev.perch.config.Quality;
import dev.perch.media.Encoding;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import java.util.List;
import java.util.OptionalLong;

/** Turns a quality into the controls of memory-to-memory encoders, which take a bit rate instead of a CRF. */
final class QualityControls {
    /** The unit and the minimum of bcm2835-codec's bit rates; other drivers take any number. */
    private static final long STEP_BITS = 25_000;

    private static final long MOST_BITS = 25_000_000; // the most of bcm2835-codec

    /** The bits of one pixel of a moving picture at {@link #USUAL_CRF}; a CRF that is higher by six halves them. */
    private static final double BITS_OF_PIXEL = 0.15;

    private static final double USUAL_CRF = 23;
    private static final double HALVING_CRF = 6;

    private QualityControls() {}

    /**
     * Returns the settings, which a device may lack; empty if the configuration says nothing.
     *
     * @param width of the picture, in pixels
     * @param height of the picture, in pixels
     */
    static List<ControlSetting> of(Quality quality, Encoding to, int width, int height, double framesPerSecond) {
        return switch (to) {
            case H264 -> {
                OptionalLong bits = bitrate(quality, (double) width * height * framesPerSecond);
                yield bits.isPresent() ? List.of(setting("video_bitrate", bits.getAsLong())) : List.of();
            }
            case JPEG ->
                quality.jpegQuality() == Quality.JPEG_QUALITY
                        ? List.of()
                        : List.of(setting("compression_quality", quality.jpegQuality()));
            case AAC -> throw DerivationSpec.noPicture(to);
        };
    }

    private static OptionalLong bitrate(Quality quality, double pixelsPerSecond) {
        if (quality.bitrate().isPresent() || quality.crf().isEmpty()) {
            return quality.bitrate().isPresent()
                    ? OptionalLong.of(inSteps((double) quality.bitrate().getAsLong()))
                    : quality.bitrate();
        }
        double ofPixel = BITS_OF_PIXEL * Math.pow(2, (USUAL_CRF - quality.crf().getAsDouble()) / HALVING_CRF);
        return OptionalLong.of(inSteps(ofPixel * pixelsPerSecond));
    }

    private static long inSteps(double bits) {
        return Math.max(1, Math.round(Math.min(MOST_BITS, bits) / STEP_BITS)) * STEP_BITS;
    }

    private static ControlSetting setting(String name, long value) {
        return new ControlSetting(name, new ControlValue.Whole(value), /* required= */ false);
    }
}
