package dev.perch.codec;

import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.Quality;
import dev.perch.ffmpeg.EncoderWords;
import dev.perch.media.Orientation;
import dev.perch.media.PixelFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The command line for ffmpeg, from 4.3 on, by which each frame comes out as soon as it has gone in. The effect of each option was checked with 5.1:
 * a demuxer that knows where a frame ends (rawvideo, mpjpeg with lengths) does not wait for the next one; without a probe nothing is held back at the
 * start; FLV states the length and the time of each access unit, which Annex B does not.
 */
final class FfmpegCommand {
    static final String BOUNDARY = "perch";

    private FfmpegCommand() {}

    /**
     * Returns the command that reads frames like {@code input} from stdin and writes JPEG or H.264 to stdout.
     *
     * @param passedOver the number of pictures after the first that are decoded only
     */
    static List<String> words(DerivationSpec spec, InputFrame input, int passedOver) {
        double framesPerSecond = spec.framesPerSecond();
        List<String> words = new ArrayList<>(List.of(spec.program(), "-hide_banner", "-nostats", "-loglevel", "error"));
        String rate = String.format(Locale.ROOT, "%.3f", framesPerSecond);
        // all frames of a raw stream are alike: nothing needs to be probed
        words.addAll(List.of("-probesize", "32", "-analyzeduration", "1"));
        switch (input.format()) {
            case MJPG, JPEG -> words.addAll(List.of("-f", "mpjpeg", "-r", rate));
            case H264 ->
                // each frame thread would hold back a frame
                words.addAll(List.of("-flags", "low_delay", "-threads", "1", "-f", "h264", "-framerate", rate));
            default ->
                words.addAll(List.of(
                        "-f",
                        "rawvideo",
                        "-pixel_format",
                        pixelFormat(input.format()),
                        "-video_size",
                        input.width() + "x" + input.height(),
                        "-framerate",
                        rate));
        }
        words.addAll(List.of("-i", "pipe:0", "-an", "-vsync", "passthrough"));
        words.addAll(
                switch (spec.to()) {
                    case H264 -> toH264(spec, input);
                    case JPEG -> toJpeg(spec, input, passedOver);
                    case AAC -> throw DerivationSpec.noPicture(spec.to());
                });
        words.addAll(List.of("-flush_packets", "1", "pipe:1"));
        return words;
    }

    /** Returns ffmpeg's name for the format (libavutil/pixdesc.c). */
    private static String pixelFormat(PixelFormat format) {
        return switch (format.contiguous()) {
            case NV12 -> "nv12";
            case YU12 -> "yuv420p";
            case UYVY -> "uyvy422";
            case GREY -> "gray";
            default -> "yuyv422";
        };
    }

    private static List<String> toH264(DerivationSpec spec, InputFrame input) {
        Quality quality = spec.target().quality(input.width(), input.height());
        Quality paced = spec.quality().fps().map(quality::paced).orElse(quality);
        List<String> words = new ArrayList<>(EncoderWords.h264(
                paced, spec.framesPerSecond(), turn(spec.target().change().turn()), range(input)));
        words.addAll(List.of("-flvflags", "no_duration_filesize", "-f", "flv"));
        return words;
    }

    private static List<String> toJpeg(DerivationSpec spec, InputFrame input, int passedOver) {
        List<String> filters = new ArrayList<>();
        if (passedOver > 1) {
            filters.add("select='not(n)+gte(n," + passedOver + ")'");
        } else if (everyNth(spec) > 1) {
            filters.add("select='not(mod(n," + everyNth(spec) + "))'");
        }
        filters.addAll(turn(spec.target().change().turn()));
        Quality quality = spec.target().quality(input.width(), input.height());
        List<String> words = new ArrayList<>(EncoderWords.jpeg(quality, filters, range(input)));
        words.addAll(List.of("-f", "image2pipe"));
        return words;
    }

    /** Returns how many pictures make one image. Output images carry no time, so their inputs must be known. */
    static int everyNth(DerivationSpec spec) {
        double wanted = spec.quality().fps().map(FrameRate::perSecond).orElse(spec.framesPerSecond());
        boolean all = spec.passedOver() != DerivationSpec.STREAM || wanted <= 0;
        return all ? 1 : Math.max(1, (int) Math.ceil(spec.framesPerSecond() / wanted - 0.01));
    }

    /** Returns the filters that turn a picture (libavfilter: transpose is one of the four ways that swap the sides). */
    private static List<String> turn(Orientation turn) {
        return switch (turn.degrees()) {
            case 0 -> turn.mirrored() ? List.of("hflip") : List.of();
            case 90 -> List.of(turn.mirrored() ? "transpose=cclock_flip" : "transpose=clock");
            case 180 -> turn.mirrored() ? List.of("vflip") : List.of("hflip", "vflip");
            default -> List.of(turn.mirrored() ? "transpose=clock_flip" : "transpose=cclock");
        };
    }

    /** Returns the filter options for the range of samples; a compressed frame states its own. */
    private static String range(InputFrame input) {
        if (input.format().encoded()) {
            return "";
        }
        return input.fullRange() ? "in_range=full:" : "in_range=limited:";
    }
}
