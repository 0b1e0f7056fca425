package dev.perch.codec;

import dev.perch.config.CameraConfig;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.ControlConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.config.Quality;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.Medium;
import dev.perch.media.Orientation;
import dev.perch.memory.ArenaPool;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/** Chooses the derivations of the formats that one camera's source lacks, by its configuration and the machine's abilities. */
public final class Deriver {
    private final CameraConfig camera;
    private final ArenaPool arenas;
    private final String program;
    private final RunChoice h264Runs;
    private final RunChoice jpegRuns;

    /**
     * Creates a chooser.
     *
     * @param arenas gives all memory
     */
    public Deriver(CameraConfig camera, ArenaPool arenas) {
        this(camera, arenas, "ffmpeg");
    }

    Deriver(CameraConfig camera, ArenaPool arenas, String program) {
        this.camera = camera;
        this.arenas = arenas;
        this.program = program;
        this.h264Runs = new RunChoice(choice(Encoding.H264));
        this.jpegRuns = new RunChoice(choice(Encoding.JPEG));
    }

    /** Returns whether the configuration allows {@code encoding} to be made when the source does not give it. */
    public boolean makes(Encoding encoding) {
        return encoding.medium() == Medium.VIDEO && choice(encoding).kind() != EncoderChoice.Kind.OFF;
    }

    /** Returns the target of the main rendition: turned, in the configured quality. JPEGs keep their size. */
    public Target main(Encoding encoding, Orientation turn) {
        Quality quality = camera.quality();
        return switch (encoding) {
            case H264 -> Target.of(encoding, turn, quality);
            case JPEG -> Target.of(encoding, turn, quality.sameSize());
            case AAC -> throw DerivationSpec.noPicture(encoding);
        };
    }

    /**
     * Starts making {@code target} from raw pictures.
     *
     * @param framesPerSecond the source's rate; 0 if unknown
     * @param sink receives the frames
     * @param failed called at most once, on a thread of the derivation, with the reason of an end that nobody asked for; must not wait
     */
    public Derivation ofPictures(
            Target target, double framesPerSecond, FrameSink sink, Consumer<CaptureException> failed) {
        Encoding encoding = target.encoding();
        EncoderChoice chosen = choice(encoding);
        boolean library = switch (chosen.kind()) {
            case AUTO, TURBOJPEG, IMAGEIO -> encoding.everyFrameStarts();
            case M2M, FFMPEG, OFF -> false;
        };
        if (library) {
            return RawToJpeg.start(
                    camera.id(),
                    chosen.kind(),
                    target,
                    camera.encoders().jpegWorkers().orElse(0),
                    arenas,
                    sink,
                    failed);
        }
        double rate = rate(framesPerSecond);
        Pace pace = pace(target, rate);
        DerivationSpec spec = spec(paced(target), pacedRate(target, rate), FfmpegRun.heapBytes(), sink, failed);
        return everyFrame(spec, Inlet.ofPictures(camera.id(), holder(encoding), arenas, new NewestPicture(), pace));
    }

    /**
     * Starts making {@code target} from encoded frames. The derivation closes {@code from} when it ends.
     *
     * @param given the format of the frames
     */
    public Derivation ofFrames(
            Target target,
            Encoding given,
            FrameReader from,
            double framesPerSecond,
            FrameSink sink,
            Consumer<CaptureException> failed) {
        double rate = rate(framesPerSecond);
        boolean leftOut = given.everyFrameStarts(); // left out before they are decoded
        Pace pace = pace(target, rate);
        DerivationSpec spec = leftOut
                ? spec(paced(target), pacedRate(target, rate), FfmpegRun.heapBytes(), sink, failed)
                : spec(target, rate, FfmpegRun.heapBytes(), sink, failed);
        return everyFrame(spec, Inlet.ofFrames(camera.id(), holder(target.encoding()), arenas, from, pace));
    }

    private double rate(double framesPerSecond) {
        return framesPerSecond > 0 ? framesPerSecond : camera.capture().fps().perSecond();
    }

    private static double pacedRate(Target target, double rate) {
        return Math.min(rate, target.quality().fps().map(FrameRate::perSecond).orElse(rate));
    }

    private static Pace pace(Target target, double rate) {
        double wanted = pacedRate(target, rate);
        return new Pace(wanted < rate ? wanted : 0);
    }

    /** Returns the target for frames of which the surplus was left out already. */
    private static Target paced(Target target) {
        return new Target(target.encoding(), target.change(), target.quality().everyFrame(), target.anew());
    }

    private Derivation everyFrame(DerivationSpec spec, Inlet inlet) {
        String name = "perch-" + camera.id() + "-to-" + spec.to().name().toLowerCase(Locale.ROOT);
        return DerivationLoop.start(
                spec,
                name,
                /* mostWorkers= */ 1,
                () -> new EveryFrame(spec, inlet, first -> runs(spec.to()).start(spec, first)));
    }

    /**
     * Starts making single JPEGs from an H.264 stream, each by itself.
     *
     * @param wanted whether somebody waits for a picture captured at this time, in nanoseconds of the monotonic clock
     */
    public Derivation ofKeyFrames(
            Target target, FrameReader from, LongPredicate wanted, FrameSink sink, Consumer<CaptureException> failed) {
        Target each = paced(target);
        DerivationSpec spec = spec(each, rate(0), /* heapBytes= */ 0, sink, failed);
        Inlet inlet = Inlet.ofFrames(camera.id(), holder(Encoding.JPEG), arenas, from, new Pace(0));
        return DerivationLoop.start(
                spec,
                "perch-" + camera.id() + "-key-frame-to-jpeg",
                /* mostWorkers= */ 1,
                () -> new KeyFramePictures(spec, inlet, wanted, jpegRuns::start));
    }

    private DerivationSpec spec(
            Target target, double framesPerSecond, int heapBytes, FrameSink sink, Consumer<CaptureException> failed) {
        Count counted = new Count(sink);
        return new DerivationSpec(
                camera.id(),
                target,
                framesPerSecond,
                program,
                controls(target.encoding()),
                arenas,
                counted,
                DerivationSpec.STREAM,
                heapBytes,
                trouble -> {
                    runs(target.encoding()).failed(camera.id(), counted, trouble);
                    failed.accept(trouble);
                });
    }

    private RunChoice runs(Encoding encoding) {
        return switch (encoding) {
            case H264 -> h264Runs;
            case JPEG -> jpegRuns;
            case AAC -> throw DerivationSpec.noPicture(encoding);
        };
    }

    private List<ControlSetting> controls(Encoding encoding) {
        return switch (encoding) {
            case H264 ->
                camera.encoders().controls().stream().map(Deriver::setting).toList();
            case JPEG, AAC -> List.of();
        };
    }

    private static ControlSetting setting(ControlConfig control) {
        ControlValue value =
                control.quoted() ? new ControlValue.Text(control.value()) : ControlValue.of(control.value());
        return new ControlSetting(control.name(), value, /* required= */ true);
    }

    private EncoderChoice choice(Encoding encoding) {
        return switch (encoding) {
            case H264 -> camera.encoders().h264();
            case JPEG -> camera.encoders().jpeg();
            case AAC -> throw DerivationSpec.noPicture(encoding);
        };
    }

    private static String holder(Encoding encoding) {
        return "to " + encoding.name().toLowerCase(Locale.ROOT);
    }
}
