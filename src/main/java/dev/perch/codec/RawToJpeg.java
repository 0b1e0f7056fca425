package dev.perch.codec;

import dev.perch.config.CameraConfig;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.EncoderChoice;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.FrameSink;
import dev.perch.media.PixelFormat;
import dev.perch.memory.ArenaPool;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * Derives a camera's JPEG images from its raw pictures by libturbojpeg or Java's own encoder: on one worker thread, and on more of the machine's
 * cores when one leaves pictures out. The newest picture wins: while all workers encode, a newer one replaces the waiting one, which is handed back
 * to the driver at once. Images come out in the order of their pictures.
 */
public final class RawToJpeg {
    /**
     * The most workers unless configured: more do not share a camera's pictures well, as its driver has few buffers, and each worker's planes take a
     * picture's memory twice.
     */
    private static final int MOST_BY_ITSELF = 4;

    private static final System.Logger LOG = System.getLogger(RawToJpeg.class.getName());

    private RawToJpeg() {}

    /**
     * Starts a derivation with the best encoder of this machine. Its memory is leased with the first picture, on whose size it depends.
     *
     * @param sink receives the images; only the derivation produces to it until it is over
     * @param failed called at most once, on a worker, when no image can be made for lack of memory; later pictures are handed back unseen
     */
    public static Derivation start(String camera, ArenaPool arenas, FrameSink sink, Consumer<CaptureException> failed) {
        return start(
                camera, EncoderChoice.Kind.AUTO, Target.of(Encoding.JPEG), /* mostWorkers= */ 1, arenas, sink, failed);
    }

    /**
     * Starts a derivation.
     *
     * @param choice TURBOJPEG or IMAGEIO, which must be available
     * @param target JPEG, with its change and quality
     * @param mostWorkers 0 for as many as the machine has cores for
     */
    static Derivation start(
            String camera,
            EncoderChoice.Kind choice,
            Target target,
            int mostWorkers,
            ArenaPool arenas,
            FrameSink sink,
            Consumer<CaptureException> failed) {
        NewestPicture newest = new NewestPicture();
        DerivationSpec spec = DerivationSpec.inProcess(camera, target, arenas, new Count(sink), trouble -> {
            LOG.log(Level.WARNING, "{0}: no JPEGs: {1}", CameraConfig.called(camera), trouble.getMessage());
            failed.accept(trouble);
        });
        Pace pace = new Pace(target.quality().fps().map(FrameRate::perSecond).orElse(0.0));
        FrameOrder order = new FrameOrder(spec.sink());
        int workers = mostWorkers > 0
                ? mostWorkers
                : Math.min(MOST_BY_ITSELF, Runtime.getRuntime().availableProcessors());
        return DerivationLoop.start(spec, "perch-jpeg-" + camera, workers, () -> {
            FrameOrder.Place place = order.place();
            Inlet inlet = Inlet.ofPictures(camera, "to jpeg", arenas, newest, pace);
            EncoderRun.Factory encoders = first -> new JpegRun(
                    new JpegOfPicture(camera, choice, target.quality().jpegQuality(), arenas, place));
            return new InTurn(spec, inlet, place, first -> ChangedRun.start(spec, first, PixelFormat.YU12, encoders));
        });
    }
}
