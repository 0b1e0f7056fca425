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
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/** Chooses what makes the formats that one camera's source lacks, by its configuration and what this machine has. */
public final class Deriver {
    private final CameraConfig camera;
    private final ArenaPool arenas;
    private final String program;
    private final RunChoice h264Runs;
    private final RunChoice jpegRuns;

    /** @param arenas where all memory comes from */
    public Deriver(CameraConfig camera, ArenaPool arenas) {
        this(camera, arenas, "ffmpeg");
    }

    Deriver(CameraConfig camera, ArenaPool arenas, String program) {
        this.camera = camera;
        this.arenas = arenas;
        this.program = program;
        this.h264Runs = new RunChoice(choice(StreamKind.H264));
        this.jpegRuns = new RunChoice(choice(StreamKind.JPEG));
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
        return EncoderDerivation.start(spec, inlet, first -> runs(kind).start(spec, first));
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
        return EncoderDerivation.start(spec, inlet, first -> runs(kind).start(spec, first));
    }

    /**
     * Likewise single JPEGs of an H.264 stream, each by itself.
     *
     * @param wanted whether somebody waits for a picture that was captured at this time, in nanoseconds of the monotonic clock
     */
    public Derivation ofKeyFrames(
            FrameReader from, LongPredicate wanted, FrameSink sink, Consumer<CaptureException> failed) {
        DerivationSpec spec = spec(StreamKind.JPEG, /* framesPerSecond= */ 0, sink, failed);
        return KeyFramePictures.start(
                spec, Inlet.ofFrames(camera.id(), holder(StreamKind.JPEG), arenas, from), wanted, jpegRuns::start);
    }

    private DerivationSpec spec(
            StreamKind kind, double framesPerSecond, FrameSink sink, Consumer<CaptureException> failed) {
        double rate =
                framesPerSecond > 0 ? framesPerSecond : camera.capture().fps().perSecond();
        Count counted = new Count(sink);
        return new DerivationSpec(
                camera.id(), kind, rate, program, controls(kind), arenas, counted, DerivationSpec.STREAM, trouble -> {
                    runs(kind).failed(camera.id(), counted, trouble);
                    failed.accept(trouble);
                });
    }

    private RunChoice runs(StreamKind kind) {
        return kind == StreamKind.H264 ? h264Runs : jpegRuns;
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
