package dev.perch.codec;

import dev.perch.config.CameraConfig;
import dev.perch.config.ControlConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.StreamKind;
import dev.perch.memory.ArenaPool;
import dev.perch.v4l2.ControlSetting;
import dev.perch.v4l2.ControlValue;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/** Chooses what makes the formats that one camera's source lacks, by its configuration and what this machine has. */
public final class Deriver {
    private static final System.Logger LOG = System.getLogger(Deriver.class.getName());

    private final CameraConfig camera;
    private final ArenaPool arenas;
    private final String program;

    /** @param arenas where all memory comes from */
    public Deriver(CameraConfig camera, ArenaPool arenas) {
        this(camera, arenas, "ffmpeg");
    }

    Deriver(CameraConfig camera, ArenaPool arenas, String program) {
        this.camera = camera;
        this.arenas = arenas;
        this.program = program;
    }

    /** Whether the configuration lets {@code kind} be made where the source gives none. */
    public boolean makes(StreamKind kind) {
        return choice(kind).kind() != EncoderChoice.Kind.OFF;
    }

    /**
     * Starts making {@code kind} of raw pictures.
     *
     * @param framesPerSecond the source's rate; 0 when it is not known
     * @param sink where the frames go
     * @param failed told at most once, on a thread of the derivation, why it ended unasked; must not wait
     */
    public Derivation ofPictures(
            StreamKind kind, double framesPerSecond, FrameSink sink, Consumer<CaptureException> failed) {
        EncoderChoice chosen = choice(kind);
        boolean library = switch (chosen.kind()) {
            case AUTO, TURBOJPEG, IMAGEIO -> kind == StreamKind.JPEG;
            case M2M, FFMPEG, OFF -> false;
        };
        if (library) {
            return RawToJpeg.start(camera.id(), chosen.kind(), arenas, sink, failed);
        }
        DerivationSpec spec = spec(kind, framesPerSecond, sink, failed);
        Inlet inlet = Inlet.ofPictures(camera.id(), holder(kind), arenas);
        return EncoderDerivation.start(spec, inlet, first -> run(spec, chosen, first));
    }

    private static EncoderRun run(DerivationSpec spec, EncoderChoice chosen, InputFrame first) throws CaptureException {
        Optional<String> device = chosen.device().map(Path::toString);
        return switch (chosen.kind()) {
            case M2M -> M2mRun.require(spec, first, device);
            case AUTO -> best(spec, first);
            default -> new FfmpegRun(spec, first);
        };
    }

    private static EncoderRun best(DerivationSpec spec, InputFrame first) throws CaptureException {
        try {
            Optional<EncoderRun> hardware = M2mRun.start(spec, first, Optional.empty());
            if (hardware.isPresent()) {
                return hardware.get();
            }
        } catch (CaptureException refused) {
            LOG.log(
                    Level.WARNING,
                    "camera {0}: ffmpeg takes the place of an encoder that refuses: {1}",
                    spec.camera(),
                    refused.getMessage());
        }
        return new FfmpegRun(spec, first);
    }

    /** Likewise of encoded frames of the other kind, whose reader is closed by the end of the derivation. */
    public Derivation ofFrames(
            StreamKind kind,
            FrameReader from,
            double framesPerSecond,
            FrameSink sink,
            Consumer<CaptureException> failed) {
        DerivationSpec spec = spec(kind, framesPerSecond, sink, failed);
        Inlet inlet = Inlet.ofFrames(camera.id(), holder(kind), arenas, from);
        return EncoderDerivation.start(spec, inlet, first -> new FfmpegRun(spec, first));
    }

    /**
     * Likewise single JPEGs of an H.264 stream's key frames, each by itself.
     *
     * @param wanted whether somebody waits for a picture that was captured at this time, in nanoseconds of the monotonic clock
     */
    public Derivation ofKeyFrames(
            FrameReader from, LongPredicate wanted, FrameSink sink, Consumer<CaptureException> failed) {
        return KeyFramePictures.start(
                spec(StreamKind.JPEG, /* framesPerSecond= */ 0, sink, failed),
                Inlet.ofFrames(camera.id(), holder(StreamKind.JPEG), arenas, from),
                wanted);
    }

    private DerivationSpec spec(
            StreamKind kind, double framesPerSecond, FrameSink sink, Consumer<CaptureException> failed) {
        double rate = framesPerSecond > 0 ? framesPerSecond : camera.fps().perSecond();
        return new DerivationSpec(camera.id(), kind, rate, program, controls(kind), arenas, sink, failed);
    }

    private List<ControlSetting> controls(StreamKind kind) {
        return kind == StreamKind.JPEG
                ? List.of()
                : camera.encoders().controls().stream().map(Deriver::setting).toList();
    }

    private static ControlSetting setting(ControlConfig control) {
        ControlValue value =
                control.quoted() ? new ControlValue.Text(control.value()) : ControlValue.of(control.value());
        return new ControlSetting(control.name(), value, /* required= */ true);
    }

    private EncoderChoice choice(StreamKind kind) {
        return kind == StreamKind.H264
                ? camera.encoders().h264()
                : camera.encoders().jpeg();
    }

    private static String holder(StreamKind kind) {
        return "to " + kind.name().toLowerCase(Locale.ROOT);
    }
}
