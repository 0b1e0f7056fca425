package dev.perch.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One camera, immutable.
 *
 * @param id its name in addresses, {@code [a-z0-9][a-z0-9-]*}
 * @param title its name for people
 * @param input the origin of pictures and sound
 * @param output the formats made from them
 * @param running the times of capturing
 * @param sharing the recipients
 */
public record CameraConfig(String id, String title, Input input, Output output, Running running, Sharing sharing) {

    private static final String NAMELESS = "camera"; // for a camera without a configured id

    /** Returns the camera of this name for this wildcard. */
    public CameraConfig named(String name) {
        if (!(source() instanceof SourceConfig.Wildcard wildcard)) {
            throw new IllegalStateException("no wildcard: source=" + source());
        }
        String called = title.equals(id) ? name : title + " " + name;
        Input each = new Input(wildcard.each(), capture(), sound());
        return new CameraConfig(name, called, each, output, running, sharing.ofCamera(name));
    }

    /** Returns this camera with another title. */
    public CameraConfig titled(String other) {
        return new CameraConfig(id, other, input, output, running, sharing);
    }

    /** Returns this camera with another request to its source. */
    public CameraConfig with(Capture other) {
        return with(new Input(source(), other, sound()));
    }

    /** Returns this camera with another sound. */
    public CameraConfig with(SoundConfig other) {
        return with(new Input(source(), capture(), other));
    }

    /** Returns this camera with other capturing times. */
    public CameraConfig with(Running other) {
        return new CameraConfig(id, title, input, output, other, sharing);
    }

    /** Returns this camera with other derived pictures. */
    public CameraConfig with(PicturesConfig other) {
        Optional<PicturesConfig> made = Optional.of(other).filter(pictures -> !pictures.plain());
        return with(new Output(made, encoders(), quality(), segments()));
    }

    /** Returns this camera with other encoders. */
    public CameraConfig with(Encoders other) {
        return with(new Output(pictures(), other, quality(), segments()));
    }

    /** Returns this camera with another encoding quality. */
    public CameraConfig with(Quality other) {
        return with(new Output(pictures(), encoders(), other, segments()));
    }

    /** Returns this camera with other segment settings. */
    public CameraConfig with(Segments other) {
        return with(new Output(pictures(), encoders(), quality(), other));
    }

    /** Returns this camera with another viewer limit; empty for as many as memory allows. */
    public CameraConfig watchedBy(OptionalInt most) {
        return with(new Sharing(most, record(), pushes(), privacy()));
    }

    /** Returns this camera with its recording. */
    public CameraConfig with(RecordConfig other) {
        return with(new Sharing(maxViewers(), Optional.of(other), pushes(), privacy()));
    }

    /** Returns this camera with other pushes. */
    public CameraConfig pushedTo(List<PushConfig> others) {
        return with(new Sharing(maxViewers(), record(), others, privacy()));
    }

    /** Returns this camera with another privacy. */
    public CameraConfig with(PrivacyConfig other) {
        return with(new Sharing(maxViewers(), record(), pushes(), Optional.of(other)));
    }

    private CameraConfig with(Input other) {
        return new CameraConfig(id, title, other, output, running, sharing);
    }

    private CameraConfig with(Output other) {
        return new CameraConfig(id, title, input, other, running, sharing);
    }

    private CameraConfig with(Sharing other) {
        return new CameraConfig(id, title, input, output, running, other);
    }

    public SourceConfig source() {
        return input.source();
    }

    public Capture capture() {
        return input.capture();
    }

    public SoundConfig sound() {
        return input.sound();
    }

    public Optional<PicturesConfig> pictures() {
        return output.pictures();
    }

    public Encoders encoders() {
        return output.encoders();
    }

    public Quality quality() {
        return output.quality();
    }

    public Segments segments() {
        return output.segments();
    }

    public OptionalInt maxViewers() {
        return sharing.maxViewers();
    }

    public Optional<RecordConfig> record() {
        return sharing.record();
    }

    public List<PushConfig> pushes() {
        return sharing.pushes();
    }

    public Optional<PrivacyConfig> privacy() {
        return sharing.privacy();
    }

    /** Returns how the pictures are turned; empty for not at all. */
    public Optional<Turn> turn() {
        return pictures().map(PicturesConfig::turn).filter(turn -> !turn.equals(Turn.NONE));
    }

    /** Returns the other renditions of the picture. */
    public List<RenditionConfig> renditions() {
        return pictures().map(PicturesConfig::renditions).orElse(List.of());
    }

    /** Returns the parts of the picture that are never shown. */
    public List<Mask> masks() {
        return privacy().map(PrivacyConfig::masks).orElse(List.of());
    }

    /**
     * The origin of a camera's pictures and sound.
     *
     * @param capture the request to the source
     * @param sound the origin of the sound
     */
    public record Input(SourceConfig source, Capture capture, SoundConfig sound) {}

    /**
     * The formats made from the source's pictures.
     *
     * @param pictures turn and renditions; empty for the source's pictures as they are
     * @param encoders the encoders of formats that the source lacks
     * @param quality the quality of what is encoded
     * @param segments the segment settings of HLS and DASH
     */
    public record Output(Optional<PicturesConfig> pictures, Encoders encoders, Quality quality, Segments segments) {
        static final Output DEFAULT = new Output(Optional.empty(), Encoders.AUTO, Quality.DEFAULT, Segments.DEFAULT);
    }

    /**
     * The recipients of a camera's pictures.
     *
     * @param maxViewers the most viewers at once; empty for as many as memory allows
     * @param record the recording; empty for none
     * @param pushes the servers that the stream is pushed to
     * @param privacy what must not be shown; empty for nothing
     */
    public record Sharing(
            OptionalInt maxViewers,
            Optional<RecordConfig> record,
            List<PushConfig> pushes,
            Optional<PrivacyConfig> privacy) {
        static final Sharing DEFAULT =
                new Sharing(OptionalInt.empty(), Optional.empty(), /* pushes= */ List.of(), Optional.empty());

        public Sharing {
            pushes = List.copyOf(pushes);
        }

        /** Returns a wildcard's settings for the camera of this name. */
        Sharing ofCamera(String name) {
            return new Sharing(maxViewers, record.map(kept -> kept.ofCamera(name)), pushes, privacy);
        }
    }

    /**
     * The request to the source.
     *
     * @param format requested from a device, or printed by a command
     * @param size requested from a device; the size of a command's raw pictures
     * @param fps requested from a device, which gives the nearest that it has; the rate of a command's raw pictures
     * @param controls set on a device before it captures, in this order
     */
    public record Capture(Format format, PictureSize size, FrameRate fps, List<ControlConfig> controls) {
        static final Capture DEFAULT =
                new Capture(Format.AUTO, new PictureSize(1280, 720), new FrameRate(30, 1), List.of());

        public Capture {
            controls = List.copyOf(controls);
        }

        /** Returns the same request for another size. */
        Capture sized(PictureSize other) {
            return new Capture(format, other, fps, controls);
        }

        /** Returns the same request with other controls. */
        Capture setTo(List<ControlConfig> others) {
            return new Capture(format, size, fps, others);
        }
    }

    /**
     * The times of capturing, and the memory kept in the meantime.
     *
     * @param run whether the camera captures while nobody watches
     * @param linger how long it continues after the last viewer has left
     * @param warmUp the time of the first, dark frames, which a cold snapshot skips
     * @param ringBytes the size of the ring of the latest frames; empty for {@code auto}
     */
    public record Running(Run run, Duration linger, Duration warmUp, OptionalLong ringBytes) {
        static final Running DEFAULT =
                new Running(Run.ON_DEMAND, Duration.ofSeconds(10), Duration.ofMillis(500), OptionalLong.empty());
    }

    /**
     * The segment settings of HLS and DASH.
     *
     * @param segment the least duration of a segment, which ends with the next key frame
     * @param part the approximate duration of a part
     * @param window the duration of all listed segments together
     */
    public record Segments(Duration segment, Duration part, Duration window) {
        static final Segments DEFAULT =
                new Segments(Duration.ofSeconds(1), Duration.ofMillis(200), Duration.ofSeconds(10));
    }

    /**
     * The format requested from a device, named by its V4L2 four-character code; {@code AUTO} takes the best that it offers. For a command, the
     * format that it prints; {@code AUTO} is recognized by the first bytes.
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

        /** Returns whether frames are raw pictures. */
        public boolean raw() {
            return this != AUTO && this != H264 && this != MJPG && this != MJPGH264;
        }

        /** Returns the word in the file. */
        @Override
        public String toString() {
            return this == AUTO ? "auto" : name();
        }
    }

    public enum Run {
        /** While somebody watches. */
        ON_DEMAND,
        /** From the start to the end of the program. */
        ALWAYS;

        /** Returns the word in the file. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A picture's width and height in pixels.
     *
     * @param exact whether a device that only offers other sizes is refused; otherwise it gives the nearest that it has
     */
    public record PictureSize(int width, int height, boolean exact) {
        /** Creates a size that a device may approximate. */
        public PictureSize(int width, int height) {
            this(width, height, /* exact= */ false);
        }

        public PictureSize {
            if (width <= 0 || height <= 0) {
                throw new IllegalArgumentException("a picture has pixels: width=" + width + " height=" + height);
            }
        }

        /** Returns the form in the file, such as {@code 1280x720} or {@code nearest 1280x720}. */
        @Override
        public String toString() {
            return (exact ? "" : "nearest ") + width + "x" + height;
        }
    }

    /**
     * Frames a second as an exact fraction, such as 30/1 or 30000/1001, the inverse of V4L2's {@code timeperframe}.
     *
     * @param numerator frames
     * @param denominator seconds
     */
    public record FrameRate(int numerator, int denominator) {
        public FrameRate {
            if (numerator <= 0 || denominator <= 0) {
                throw new IllegalArgumentException(
                        "a frame rate is above 0: numerator=" + numerator + " denominator=" + denominator);
            }
        }

        /** Returns the rate as a decimal number. */
        public double perSecond() {
            return (double) numerator / denominator;
        }

        /** Returns the interval between two frames in nanoseconds, rounded. */
        public long frameNanos() {
            return Math.round(1e9 * denominator / numerator);
        }

        /** Returns the form in the file: a whole number or a fraction. */
        @Override
        public String toString() {
            return denominator == 1 ? Integer.toString(numerator) : numerator + "/" + denominator;
        }
    }

    /** Returns a camera with defaults for everything but its source. */
    public static CameraConfig defaults(String id, SourceConfig source) {
        Input input = new Input(source, Capture.DEFAULT, SoundConfig.defaultOf(source));
        return new CameraConfig(id, /* title= */ id, input, Output.DEFAULT, Running.DEFAULT, Sharing.DEFAULT);
    }

    /** Returns the only camera of a program without a file: its id is {@code demo} for the demo, else {@code camera}. */
    public static CameraConfig only(SourceConfig source) {
        return defaults(source instanceof SourceConfig.Demo ? "demo" : NAMELESS, source);
    }

    /** Returns how sentences name the camera of this id, such as {@code camera front}. */
    public static String called(String id) {
        return id.equals(NAMELESS) ? "the camera" : "camera " + id;
    }
}
