package dev.perch.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.Quality;
import dev.perch.media.Encoding;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class QualityControlsTest {
    private static final Quality BY_BITRATE = new Quality(
            1,
            OptionalDouble.of(30),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.of(1_110_000),
            OptionalInt.empty(),
            50);

    @Test
    void of_nothingConfigured_setsNothing() {
        assertEquals(List.of(), QualityControls.of(Quality.DEFAULT, Encoding.H264, 1280, 720, 30));
        assertEquals(List.of(), QualityControls.of(Quality.DEFAULT, Encoding.JPEG, 1280, 720, 30));
    }

    @Test
    void of_crf_isABitrateOfTheSameOrderThatHalvesWithSixMore() {
        assertEquals(bitrate(7_400_000), QualityControls.of(Quality.of(1), Encoding.H264, 1280, 720, 30));
        assertEquals(bitrate(2_075_000), QualityControls.of(Quality.of(0.5), Encoding.H264, 1280, 720, 30));
        assertEquals(bitrate(25_000), QualityControls.of(Quality.of(0), Encoding.H264, 64, 64, 10));
        assertEquals(bitrate(25_000_000), QualityControls.of(Quality.of(1), Encoding.H264, 3840, 2160, 60));
    }

    @Test
    void of_bitrate_winsInStepsOfTheDriver() {
        assertEquals(bitrate(1_100_000), QualityControls.of(BY_BITRATE, Encoding.H264, 1280, 720, 30));
    }

    @Test
    void of_jpegQuality_isTheDriversControl() {
        assertEquals(
                List.of(new ControlSetting("compression_quality", new ControlValue.Whole(50), /* required= */ false)),
                QualityControls.of(BY_BITRATE, Encoding.JPEG, 1280, 720, 30));
    }

    private static List<ControlSetting> bitrate(long bits) {
        return List.of(new ControlSetting("video_bitrate", new ControlValue.Whole(bits), /* required= */ false));
    }
}
