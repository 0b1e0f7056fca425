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
 * @param capture what the source is asked for
 * @param pictures how its pictures are held, and which are made of them; empty for its own as they come
 * @param sound where its sound comes from
 * @param running when it captures
 * @param encoders what makes the formats that the source lacks
 * @param quality how good that is
 * @param segments the cut of HLS and DASH
 * @param maxViewers how many may watch it at once; empty for as many as there is memory for
 * @param record what is kept on disk; empty for nothing
 * @param pushes the servers that it is passed on to
 * @param privacy what it is not to show; empty for nothing
 */
public record CameraConfig(
        String id,
        String title,
        SourceConfig source,
        Capture capture,
        Optional<PicturesConfig> pictures,
        SoundConfig sound,
        Running running,
        Encoders encoders,
        Quality quality,
        Segments segments,
        OptionalInt maxViewers,
        Optional<RecordConfig> record,
        List<PushConfig> pushes,
        Optional<PrivacyConfig> privacy) {

    private static final String NAMELESS = "camera"; // the id where nobody gave one

    public CameraConfig {
        pushes = List.copyOf(pushes);
    }

    /** Returns the camera of this name, of those that come with their publishers by this wildcard. */
    public CameraConfig named(String name) {
        if (!(source instanceof SourceConfig.Wildcard wildcard)) {
            throw new IllegalStateException("no wildcard: source=" + source);
        }
        return new CameraConfig(
                name,
                title.equals(id) ? name : title + " " + name,
                wildcard.each(),
                capture,
                pictures,
                sound,
                running,
                encoders,
                quality,
                segments,
                maxViewers,
                record.map(kept -> kept.ofCamera(name)),
                pushes,
                privacy);
    }

    /** Returns this camera with another title. */
    public CameraConfig titled(String other) {
        return new CameraConfig(
                id,
                other,
                source,
                capture,
                pictures,
                sound,
                running,
                encoders,
                quality,
                segments,
                maxViewers,
                record,
                pushes,
                privacy);
    }

    /** Returns this camera, its source asked for something else. */
    public CameraConfig with(Capture other) {
        return new CameraConfig(
                id,
                title,
                source,
                other,
                pictures,
                sound,
                running,
                encoders,
                quality,
                segments,
                maxViewers,
                record,
                pushes,
                privacy);
    }

    /** Returns this camera with another sound. */
    public CameraConfig with(SoundConfig other) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                pictures,
                other,
                running,
                encoders,
                quality,
                segments,
                maxViewers,
                record,
                pushes,
                privacy);
    }

    /** Returns this camera, capturing at other times. */
    public CameraConfig with(Running other) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                pictures,
                sound,
                other,
                encoders,
                quality,
                segments,
                maxViewers,
                record,
                pushes,
                privacy);
    }

    /** Returns this camera with other encoders. */
    public CameraConfig with(Encoders other) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                pictures,
                sound,
                running,
                other,
                quality,
                segments,
                maxViewers,
                record,
                pushes,
                privacy);
    }

    /** Returns this camera, encoding in another quality. */
    public CameraConfig with(Quality other) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                pictures,
                sound,
                running,
                encoders,
                other,
                segments,
                maxViewers,
                record,
                pushes,
                privacy);
    }

    /** Returns this camera for at most so many viewers at once; empty for as many as there is memory for. */
    public CameraConfig watchedBy(OptionalInt most) {
        return new CameraConfig(
                id, title, source, capture, pictures, sound, running, encoders, quality, segments, most, record, pushes,
                privacy);
    }

    /** Returns this camera, cut otherwise. */
    public CameraConfig with(Segments other) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                pictures,
                sound,
                running,
                encoders,
                quality,
                other,
                maxViewers,
                record,
                pushes,
                privacy);
    }

    /** Returns this camera with its recording. */
    public CameraConfig with(RecordConfig other) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                pictures,
                sound,
                running,
                encoders,
                quality,
                segments,
                maxViewers,
                Optional.of(other),
                pushes,
                privacy);
    }

    /** Returns this camera with other pictures made of its own. */
    public CameraConfig with(PicturesConfig other) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                Optional.of(other).filter(pictures -> !pictures.plain()),
                sound,
                running,
                encoders,
                quality,
                segments,
                maxViewers,
                record,
                pushes,
                privacy);
    }

    /** Returns how its pictures are held; empty for as they come. */
    public Optional<Turn> turn() {
        return pictures.map(PicturesConfig::turn).filter(turn -> !turn.equals(Turn.NONE));
    }

    /** Returns the other renditions of its picture. */
    public List<RenditionConfig> renditions() {
        return pictures.map(PicturesConfig::renditions).orElse(List.of());
    }

    /** Returns this camera, passed on to other servers. */
    public CameraConfig pushedTo(List<PushConfig> others) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                pictures,
                sound,
                running,
                encoders,
                quality,
                segments,
                maxViewers,
                record,
                others,
                privacy);
    }

    /** Returns this camera with what it is not to show. */
    public CameraConfig with(PrivacyConfig other) {
        return new CameraConfig(
                id,
                title,
                source,
                capture,
                pictures,
                sound,
                running,
                encoders,
                quality,
                segments,
                maxViewers,
                record,
                pushes,
                Optional.of(other));
    }

    /** Returns the parts of its picture that are never shown. */
    public List<Mask> masks() {
        return privacy.map(PrivacyConfig::masks).orElse(List.of());
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
        return new CameraConfig(
                id,
                /* title= */ id,
                source,
                Capture.DEFAULT,
                Optional.empty(),
                SoundConfig.defaultOf(source),
                Running.DEFAULT,
                Encoders.AUTO,
                Quality.DEFAULT,
                Segments.DEFAULT,
                OptionalInt.empty(),
                Optional.empty(),
                /* pushes= */ List.of(),
                /* privacy= */ Optional.empty());
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
