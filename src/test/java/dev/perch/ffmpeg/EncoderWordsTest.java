package dev.perch.ffmpeg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.Quality;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class EncoderWordsTest {
    @Test
    void h264_nothingConfigured_keepsTheSizeAndForcesAKeyFrameEachSecond() {
        assertEquals(
                "-vf scale=trunc(iw/2)*2:trunc(ih/2)*2:out_range=limited,format=yuv420p"
                        + " -c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline"
                        + " -g 300 -force_key_frames expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+1)) -bf 0",
                line(EncoderWords.h264(Quality.DEFAULT)));
    }

    @Test
    void h264_quality_scalesAndSetsTheCrf() {
        assertEquals(
                "-vf transpose=1,scale=trunc(iw*0.3150)*2:trunc(ih*0.3150)*2:in_range=full:out_range=limited,format=yuv420p"
                        + " -c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline -g 25 -bf 0 -crf 29",
                line(EncoderWords.h264(Quality.of(0.5), 25, List.of("transpose=1"), "in_range=full:")));
    }

    @Test
    void h264_exactKnobs_winOverTheTable() {
        Quality quality = new Quality(
                0.5,
                OptionalDouble.empty(),
                Optional.of(new PictureSize(641, 360)),
                Optional.of(new FrameRate(15, 2)),
                OptionalLong.of(256_000),
                OptionalInt.of(64_000),
                50);
        assertEquals(
                "-vf fps=15/2,scale=640:360:force_original_aspect_ratio=decrease:force_divisible_by=2:out_range=limited,format=yuv420p"
                        + " -c:v libx264 -preset ultrafast -tune zerolatency -profile:v baseline -g 8 -bf 0"
                        + " -b:v 256000 -maxrate 256000 -bufsize 256000",
                line(EncoderWords.h264(quality)));
        assertEquals("-c:a aac -profile:a aac_low -b:a 64000", line(EncoderWords.aac(quality)));
        assertEquals(
                "-vf fps=15/2,scale=640:360:force_original_aspect_ratio=decrease:force_divisible_by=2:out_range=full,format=yuvj420p"
                        + " -c:v mjpeg -threads 1 -q:v 13",
                line(EncoderWords.jpeg(quality, List.of(), "")));
    }

    @Test
    void jpeg_quality_staysWithinTheQuantizersOfFfmpeg() {
        assertEquals("5", quantizer(80));
        assertEquals("2", quantizer(100));
        assertEquals("31", quantizer(1));
    }

    private static String quantizer(int jpegQuality) {
        Quality quality = new Quality(
                1,
                OptionalDouble.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalInt.empty(),
                jpegQuality);
        List<String> words = EncoderWords.jpeg(quality, List.of(), "");
        return words.get(words.size() - 1);
    }

    private static String line(List<String> words) {
        return String.join(" ", words);
    }
}
