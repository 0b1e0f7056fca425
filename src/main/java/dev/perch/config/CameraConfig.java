package dev.perch.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * One camera, immutable.
 *
 * @param id its name in addresses, {@code [a-z0-9][a-z0-9-]*}
 * @param title its name for people
 * @param format what is asked of a device, or what a command prints
 * @param size what is asked of a device; of a command's raw pictures what it is
 * @param fps likewise; the driver gives the nearest it has
 * @param controls what is set on a device before it captures, in this order
 * @param run when it captures
 * @param linger how long it goes on after the last viewer has left
 * @param warmUp how long a cold snapshot skips the first, dark frames
 * @param ringBytes how much memory the ring of its latest frames takes; empty is {@code auto}
 * @param encoders what makes the formats that the source lacks
 * @param segments how HLS and DASH cut its stream
 */
public record CameraConfig(
        String id,
        String title,
        SourceConfig source,
        Format format,
        PictureSize size,
        FrameRate fps,
        List<ControlConfig> controls,
        Run run,
        Duration linger,
        Duration warmUp,
        OptionalLong ringBytes,
        Encoders encoders,
        Segments segments) {
    private static final String NAMELESS = "camera"; // the id where nobody gave one

    public CameraConfig {
        controls = List.copyOf(controls);
    }

    /** With segments as they are by default. */
    public CameraConfig(
            String id,
            String title,
            SourceConfig source,
            Format format,
            PictureSize size,
            FrameRate fps,
            List<ControlConfig> controls,
            Run run,
            Duration linger,
            Duration warmUp,
            OptionalLong ringBytes,
            Encoders encoders) {
        this(
                id,
                title,
                source,
                format,
                size,
                fps,
                controls,
                run,
                linger,
                warmUp,
                ringBytes,
                encoders,
                Segments.DEFAULT);
    }

    /**
     * How HLS and DASH cut a stream.
     *
     * @param segment the least duration of a segment, which ends with the key frame after
     * @param part what a part's duration comes near to
     * @param window how long the listed segments last together
     */
    public record Segments(Duration segment, Duration part, Duration window) {
        static final Segments DEFAULT =
                new Segments(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(10));
    }

    /**
     * The format that a device is asked for, named by its V4L2 four-character code; {@code AUTO} takes the best that it offers. Of a
     * command, what it prints; {@code AUTO} is told by its first bytes.
     */
    public enum Format {
        AUTO,
        H264,
        /** JPEG with H.264 in its APP4 segments, as UVC 1.5 cameras send it. */
        MJPGH264,
        MJPG,
        YUYV,
        NV12,
        YU12,
        UYVY,
        GREY;

        /** Whether frames are pictures that nothing has encoded. */
        public boolean raw() {
            return this != AUTO && this != H264 && this != MJPG && this != MJPGH264;
        }

        /** The word in the file. */
        @Override
        public String toString() {
            return this == AUTO ? "auto" : name();
        }
    }

    /** When a camera captures. */
    public enum Run {
        /** While somebody watches. */
        ON_DEMAND,
        /** From start to end of the program. */
        ALWAYS;

        /** The word in the file. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * Width and height of a picture in pixels.
     *
     * @param exact whether a device that offers another size only is refused; otherwise it gives the nearest that it has
     */
    public record PictureSize(int width, int height, boolean exact) {
        /** The nearest to this size. */
        public PictureSize(int width, int height) {
            this(width, height, /* exact= */ false);
        }

        public PictureSize {
            if (width <= 0 || height <= 0) {
                throw new IllegalArgumentException("a picture has pixels: width=" + width + " height=" + height);
            }
        }

        /** The form in the file, such as {@code 1280x720} or {@code nearest 1280x720}. */
        @Override
        public String toString() {
            return (exact ? "" : "nearest ") + width + "x" + height;
        }
    }

    /**
     * Frames in a second as an exact fraction, such as 30/1 or 30000/1001; turned over, it is V4L2's {@code timeperframe}.
     *
     * @param numerator frames
     * @param denominator in so many seconds
     */
    public record FrameRate(int numerator, int denominator) {
        public FrameRate {
            if (numerator <= 0 || denominator <= 0) {
                throw new IllegalArgumentException(
                        "a frame rate is above 0: numerator=" + numerator + " denominator=" + denominator);
            }
        }

        /** As a decimal number. */
        public double perSecond() {
            return (double) numerator / denominator;
        }

        /** The interval between two frames in nanoseconds, rounded. */
        public long frameNanos() {
            return Math.round(1e9 * denominator / numerator);
        }

        /** The form in the file: a whole number or a fraction. */
        @Override
        public String toString() {
            return denominator == 1 ? Integer.toString(numerator) : numerator + "/" + denominator;
        }
    }

    /** A camera of which only the source is known. */
    public static CameraConfig defaults(String id, SourceConfig source) {
        return new CameraConfig(
                id,
                /* title= */ id,
                source,
                Format.AUTO,
                new PictureSize(1280, 720),
                new FrameRate(30, 1),
                /* controls= */ List.of(),
                Run.ON_DEMAND,
                /* linger= */ Duration.ofSeconds(10),
                /* warmUp= */ Duration.ofMillis(500),
                /* ringBytes= */ OptionalLong.empty(),
                Encoders.AUTO);
    }

    /** The one camera of a program that was given no file: {@code demo} for the demo, else {@code camera}. */
    public static CameraConfig only(SourceConfig source) {
        return defaults(source instanceof SourceConfig.Demo ? "demo" : NAMELESS, source);
    }

    /** Returns how a sentence calls the camera of this id: {@code camera front}, say. */
    public static String called(String id) {
        return id.equals(NAMELESS) ? "the camera" : "camera " + id;
    }
}
