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
 * @param input where its pictures and its sound come from
 * @param output what is made of them
 * @param running when it captures
 * @param sharing who gets them
 */
public record CameraConfig(String id, String title, Input input, Output output, Running running, Sharing sharing) {

    private static final String NAMELESS = "camera"; // the id where nobody gave one

    /** Returns the camera of this name, of those that come with their publishers by this wildcard. */
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

    /** Returns this camera, its source asked for something else. */
    public CameraConfig with(Capture other) {
        return with(new Input(source(), other, sound()));
    }

    /** Returns this camera with another sound. */
    public CameraConfig with(SoundConfig other) {
        return with(new Input(source(), capture(), other));
    }

    /** Returns this camera, capturing at other times. */
    public CameraConfig with(Running other) {
        return new CameraConfig(id, title, input, output, other, sharing);
    }

    /** Returns this camera with other pictures made of its own. */
    public CameraConfig with(PicturesConfig other) {
        Optional<PicturesConfig> made = Optional.of(other).filter(pictures -> !pictures.plain());
        return with(new Output(made, encoders(), quality(), segments()));
    }

    /** Returns this camera with other encoders. */
    public CameraConfig with(Encoders other) {
        return with(new Output(pictures(), other, quality(), segments()));
    }

    /** Returns this camera, encoding in another quality. */
    public CameraConfig with(Quality other) {
        return with(new Output(pictures(), encoders(), other, segments()));
    }

    /** Returns this camera, cut otherwise. */
    public CameraConfig with(Segments other) {
        return with(new Output(pictures(), encoders(), quality(), other));
    }

    /** Returns this camera for at most so many viewers at once; empty for as many as there is memory for. */
    public CameraConfig watchedBy(OptionalInt most) {
        return with(new Sharing(most, record(), pushes(), privacy()));
    }

    /** Returns this camera with its recording. */
    public CameraConfig with(RecordConfig other) {
        return with(new Sharing(maxViewers(), Optional.of(other), pushes(), privacy()));
    }

    /** Returns this camera, passed on to other servers. */
    public CameraConfig pushedTo(List<PushConfig> others) {
        return with(new Sharing(maxViewers(), record(), others, privacy()));
    }

    /** Returns this camera with what it is not to show. */
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

    /** Returns how its pictures are held; empty for as they come. */
    public Optional<Turn> turn() {
        return pictures().map(PicturesConfig::turn).filter(turn -> !turn.equals(Turn.NONE));
    }

    /** Returns the other renditions of its picture. */
    public List<RenditionConfig> renditions() {
        return pictures().map(PicturesConfig::renditions).orElse(List.of());
    }

    /** Returns the parts of its picture that are never shown. */
    public List<Mask> masks() {
        return privacy().map(PrivacyConfig::masks).orElse(List.of());
    }

    /**
     * Where a camera's pictures and its sound come from.
     *
     * @param capture what the source is asked for
     * @param sound where the sound comes from
     */
    public record Input(SourceConfig source, Capture capture, SoundConfig sound) {}

    /**
     * What is made of that which the source gives.
     *
     * @param pictures how its pictures are held, and which are made of them; empty for its own as they come
     * @param encoders what makes the formats that the source lacks
     * @param quality how good that is
     * @param segments the cut of HLS and DASH
     */
    public record Output(Optional<PicturesConfig> pictures, Encoders encoders, Quality quality, Segments segments) {
        static final Output DEFAULT = new Output(Optional.empty(), Encoders.AUTO, Quality.DEFAULT, Segments.DEFAULT);
    }

    /**
     * Who gets a camera's pictures.
     *
     * @param maxViewers how many may watch it at once; empty for as many as there is memory for
     * @param record what is kept on disk; empty for nothing
     * @param pushes the servers that it is passed on to
     * @param privacy what it is not to show; empty for nothing
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

        /** Returns the same for the camera of this name, of a wildcard's. */
        Sharing ofCamera(String name) {
            return new Sharing(maxViewers, record.map(kept -> kept.ofCamera(name)), pushes, privacy);
        }
    }

    /**
     * The request to the source.
     *
     * @param format what is asked of a device, or what a command prints
     * @param size what is asked of a device; the size of a command's raw pictures
     * @param fps what is asked of a device, which gives the nearest it has; the rate of a command's raw pictures
     * @param controls what is set on a device before it captures, in this order
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
     * The times at which a camera captures, and the memory that it keeps meanwhile.
     *
     * @param run whether it captures while nobody watches
     * @param linger the time that it goes on after the last viewer has left
     * @param warmUp the time for which a cold snapshot skips the first, dark frames
     * @param ringBytes the memory of the ring of its latest frames; empty is {@code auto}
     */
    public record Running(Run run, Duration linger, Duration warmUp, OptionalLong ringBytes) {
        static final Running DEFAULT =
                new Running(Run.ON_DEMAND, Duration.ofSeconds(10), Duration.ofMillis(500), OptionalLong.empty());
    }

    /**
     * The cut of HLS and DASH.
     *
     * @param segment the least duration of a segment, which ends with the key frame after
     * @param part the duration that a part comes near to
     * @param window the duration of all listed segments together
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

        /** Returns whether frames are pictures that nothing has encoded. */
        public boolean raw() {
            return this != AUTO && this != H264 && this != MJPG && this != MJPGH264;
        }

        /** Returns the word in the file. */
        @Override
        public String toString() {
            return this == AUTO ? "auto" : name();
        }
    }

    /** The times at which a camera captures. */
    public enum Run {
        /** While somebody watches. */
        ON_DEMAND,
        /** From start to end of the program. */
        ALWAYS;

        /** Returns the word in the file. */
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
        /** Asks for the nearest to this size. */
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

    /** Returns a camera of which only the source is known. */
    public static CameraConfig defaults(String id, SourceConfig source) {
        Input input = new Input(source, Capture.DEFAULT, SoundConfig.defaultOf(source));
        return new CameraConfig(id, /* title= */ id, input, Output.DEFAULT, Running.DEFAULT, Sharing.DEFAULT);
    }

    /** Returns the one camera of a program that was given no file: {@code demo} for the demo, else {@code camera}. */
    public static CameraConfig only(SourceConfig source) {
        return defaults(source instanceof SourceConfig.Demo ? "demo" : NAMELESS, source);
    }

    /** Returns how a sentence calls the camera of this id: {@code camera front}, say. */
    public static String called(String id) {
        return id.equals(NAMELESS) ? "the camera" : "camera " + id;
    }
}
