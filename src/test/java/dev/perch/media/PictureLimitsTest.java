package dev.perch.media;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureLimitsTest {
    @ParameterizedTest
    @CsvSource({
        "1, 1, true",
        "9152, 6944, true", // a sensor of 64 megapixels
        "16880, 2, true",
        "8192, 8192, true",
        "8192, 8193, false",
        "16881, 2, false",
        "65535, 65535, false",
        "0, 480, false",
        "-1, -1, false",
    })
    void refusal_isOfWhatNobodyHas(int width, int height, boolean taken) {
        assertEquals(taken, PictureLimits.refusal(width, height).isEmpty());
    }
}
