package dev.perch.codec;

import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.StreamKind;
import dev.perch.memory.ArenaPool;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongPredicate;

/** Chooses what makes the formats that one camera's source lacks, by its configuration and what this machine has. */
public final class Deriver {
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
        boolean program = kind == StreamKind.H264 || choice(kind).kind() == EncoderChoice.Kind.FFMPEG;
        if (!program) {
            return RawToJpeg.start(camera.id(), choice(kind).kind(), arenas, sink, failed);
        }
        return FfmpegDerivation.start(
                spec(kind, framesPerSecond, sink, failed), Inlet.ofPictures(camera.id(), holder(kind), arenas));
    }

    /** Likewise of encoded frames of the other kind, whose reader is closed by the end of the derivation. */
    public Derivation ofFrames(
            StreamKind kind,
            FrameReader from,
            double framesPerSecond,
            FrameSink sink,
            Consumer<CaptureException> failed) {
        return FfmpegDerivation.start(
                spec(kind, framesPerSecond, sink, failed), Inlet.ofFrames(camera.id(), holder(kind), arenas, from));
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
        return new DerivationSpec(camera.id(), kind, rate, program, arenas, sink, failed);
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
