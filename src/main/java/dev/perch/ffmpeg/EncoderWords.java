package dev.perch.ffmpeg;

import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.Quality;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The options of ffmpeg, from 4.3 on, for output that every player can start at any key frame: H.264 of Baseline profile in 4:2:0, without B-frames,
 * with a key frame each second; AAC-LC; baseline JPEG. Each method returns the filters and the encoder of one output, to be followed by a format and
 * a destination.
 */
public final class EncoderWords {
    private static final double KEY_FRAME_SECONDS = 1;

    /** A limit in case the times stand still; if the rate is unknown, key frames are placed by time. */
    private static final int MOST_FRAMES_BETWEEN_KEYS = 300;

    private static final int BEST_QUANTIZER = 2;
    private static final int WORST_QUANTIZER = 31;

    private EncoderWords() {}

    /**
     * Returns the options for H.264.
     *
     * @param framesPerSecond of the output; 0 if unknown
     * @param filters the filters before the size, such as {@code transpose=1}, in order
     * @param ranges of the samples, for the filter scale, such as {@code in_range=full:}, or empty
     */
    public static List<String> h264(Quality quality, double framesPerSecond, List<String> filters, String ranges) {
        List<String> words = new ArrayList<>();
        words.add("-vf");
        // every browser plays 4:2:0, which has even sides
        words.add(chain(
                quality, filters, "scale=" + size(quality) + ":" + ranges + "out_range=limited", "format=yuv420p"));
        words.addAll(
                List.of("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-profile:v", "baseline"));
        words.addAll(keyFrames(quality.fps().map(rate -> rate.perSecond()).orElse(framesPerSecond)));
        words.addAll(List.of("-bf", "0"));
        words.addAll(rate(quality));
        return words;
    }

    /** Returns the options for H.264 of pictures that ffmpeg itself describes. */
    public static List<String> h264(Quality quality) {
        return h264(quality, /* framesPerSecond= */ 0, List.of(), /* ranges= */ "");
    }

    private static List<String> keyFrames(double framesPerSecond) {
        if (framesPerSecond > 0) {
            return List.of("-g", Long.toString(Math.max(1, Math.round(framesPerSecond * KEY_FRAME_SECONDS))));
        }
        return List.of(
                "-g",
                Integer.toString(MOST_FRAMES_BETWEEN_KEYS),
                "-force_key_frames",
                "expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+" + number(KEY_FRAME_SECONDS) + "))");
    }

    private static List<String> rate(Quality quality) {
        List<String> words = new ArrayList<>();
        quality.crf().ifPresent(crf -> words.addAll(List.of("-crf", number(crf))));
        quality.bitrate().ifPresent(bits -> {
            String rate = Long.toString(bits);
            if (quality.crf().isEmpty()) {
                words.addAll(List.of("-b:v", rate));
            }
            words.addAll(List.of("-maxrate", rate, "-bufsize", rate)); // a second's worth may come late
        });
        return words;
    }

    /** Returns the options for AAC-LC, the profile that all players play. */
    public static List<String> aac(Quality quality) {
        List<String> words = new ArrayList<>(List.of("-c:a", "aac", "-profile:a", "aac_low"));
        quality.audioBitrate().ifPresent(bits -> words.addAll(List.of("-b:a", Integer.toString(bits))));
        return words;
    }

    /**
     * Returns the options for JPEG images.
     *
     * @param filters the filters before the size, in order
     * @param ranges of the samples, for the filter scale, or empty
     */
    public static List<String> jpeg(Quality quality, List<String> filters, String ranges) {
        boolean asItIs = quality.scale() == 1 && quality.size().isEmpty();
        return List.of(
                "-vf",
                chain(
                        quality,
                        filters,
                        "scale=" + (asItIs ? "" : size(quality) + ":") + ranges + "out_range=full",
                        "format=yuvj420p"),
                "-c:v",
                "mjpeg",
                "-threads",
                "1", // each frame thread would hold back a frame
                "-q:v",
                Integer.toString(quantizer(quality.jpegQuality())));
    }

    /** Returns ffmpeg's quantizer whose tables are nearest to libjpeg's (jcparam.c, jpeg_quality_scaling) at that quality. */
    private static int quantizer(int jpegQuality) {
        int percent = jpegQuality < 50 ? 5000 / jpegQuality : 200 - 2 * jpegQuality;
        return Math.max(BEST_QUANTIZER, Math.min(WORST_QUANTIZER, Math.round(percent / 8f)));
    }

    private static String chain(Quality quality, List<String> filters, String... last) {
        Stream<String> rate = quality.fps().map(fps -> "fps=" + fps).stream();
        return Stream.of(rate, filters.stream(), Stream.of(last))
                .flatMap(words -> words)
                .collect(Collectors.joining(","));
    }

    /** Returns width and height for the filter scale, both even. */
    private static String size(Quality quality) {
        if (quality.size().isEmpty()) {
            String half = quality.scale() == 1 ? "/2" : "*" + number(quality.scale() / 2);
            return "trunc(iw" + half + ")*2:trunc(ih" + half + ")*2";
        }
        PictureSize size = quality.size().get();
        String sides = even(size.width()) + ":" + even(size.height());
        return size.exact() ? sides : sides + ":force_original_aspect_ratio=decrease:force_divisible_by=2";
    }

    private static int even(int side) {
        return side / 2 * 2;
    }

    /** Returns the shortest form of a number, such as {@code 23} or {@code 0.315}. */
    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : String.format(Locale.ROOT, "%.4f", value);
    }
}
