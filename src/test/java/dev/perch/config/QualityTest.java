package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig.PictureSize;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, 18",
        "0.75, 0.81, 24",
        "0.5, 0.63, 29",
        "0.25, 0.44, 35",
        "0, 0.25, 40",
        "0.875, 0.905, 21",
        "0.125, 0.345, 37.5"
    })
    void of_level_isTheTableAndLinearBetween(double level, double scale, double crf) {
        assertEquals(scale, Quality.of(level).scale(), 1e-9);
        assertEquals(crf, Quality.of(level).crf().orElseThrow(), 1e-9);
    }

    @Test
    void read_device_isAskedForTheSmallerPictures() throws ConfigException {
        CameraConfig camera = camera("device: /dev/video0\n    quality: 0.5");
        assertEquals(new PictureSize(806, 454), camera.capture().size());
        assertEquals(1, camera.quality().scale());
        assertEquals(OptionalDouble.of(29), camera.quality().crf());
    }

    @Test
    void read_deviceWithItsSize_keepsIt() throws ConfigException {
        CameraConfig camera = camera("device: /dev/video0\n    size: 640x480\n    quality: 0.5");
        assertEquals(
                new PictureSize(640, 480, /* exact= */ true), camera.capture().size());
        assertEquals(1, camera.quality().scale());
        assertEquals(Optional.empty(), camera.quality().size());
    }

    @Test
    void read_command_isEncodedSmaller() throws ConfigException {
        CameraConfig camera = camera("command: x\n    quality: 0.25");
        assertEquals(0.44, camera.quality().scale(), 1e-9);
    }

    @Test
    void read_bitrateBesideQuality_winsOverItsCrf() throws ConfigException {
        Quality quality =
                camera("demo: true\n    quality: 0.25\n    bitrate: 256kbit/s").quality();
        assertEquals(OptionalDouble.empty(), quality.crf());
        assertEquals(OptionalLong.of(256_000), quality.bitrate());
    }

    private static CameraConfig camera(String keys) throws ConfigException {
        return ConfigReader.read("p.yml", "cameras:\n  front:\n    " + keys + "\n")
                .cameras()
                .get(0);
    }
}
