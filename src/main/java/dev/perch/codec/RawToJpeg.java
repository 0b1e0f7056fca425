package dev.perch.codec;

import dev.perch.config.CameraConfig;
import dev.perch.config.EncoderChoice;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameSink;
import dev.perch.media.RawPicture;
import dev.perch.memory.ArenaPool;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/**
 * Derives a camera's JPEG images from its raw pictures, on one worker thread. The newest picture wins: while one is encoded, a newer one
 * replaces the one that waits, which goes back to the driver at once.
 */
public final class RawToJpeg implements Derivation, AutoCloseable {
    private static final long CLOSE_DEADLINE_MILLIS = 5000;
    private static final System.Logger LOG = System.getLogger(RawToJpeg.class.getName());

    private final String camera;
    private final EncoderChoice.Kind choice;
    private final ArenaPool arenas;
    private final Count sink;
    private final Consumer<CaptureException> failed;
    private final Thread worker;
    private final NewestPicture newest = new NewestPicture();
    private final End end = new End();

    private RawToJpeg(
            String camera,
            EncoderChoice.Kind choice,
            ArenaPool arenas,
            FrameSink sink,
            Consumer<CaptureException> failed) {
        this.camera = camera;
        this.choice = choice;
        this.arenas = arenas;
        this.sink = new Count(sink);
        this.failed = failed;
        this.worker = new Thread(this::run, "perch-jpeg-" + camera);
        worker.setDaemon(true);
    }

    /**
     * Starts the worker, with the best encoder that this machine has. Its memory is leased with the first picture, whose size it depends on.
     *
     * @param sink where the images go, produced to by the worker alone until {@link #close} has returned
     * @param failed told at most once, on the worker, when no image can be made (no memory); pictures are handed back unseen from then on
     */
    public static RawToJpeg start(String camera, ArenaPool arenas, FrameSink sink, Consumer<CaptureException> failed) {
        return start(camera, EncoderChoice.Kind.AUTO, arenas, sink, failed);
    }

    /** As above, with the encoder of that kind: the one that is there, TURBOJPEG or IMAGEIO. */
    static RawToJpeg start(
            String camera,
            EncoderChoice.Kind choice,
            ArenaPool arenas,
            FrameSink sink,
            Consumer<CaptureException> failed) {
        RawToJpeg started = new RawToJpeg(camera, choice, arenas, sink, failed);
        started.worker.start();
        return started;
    }

    @Override
    public void accept(RawPicture picture) {
        newest.give(picture);
    }

    @Override
    public void frameCame() {
        // it is given pictures
    }

    @Override
    public void requestKeyFrame() {
        // every JPEG is one
    }

    @Override
    public void stop() {
        newest.stop();
    }

    @Override
    public boolean over() {
        return end.told();
    }

    @Override
    public long superseded() {
        return newest.superseded();
    }

    @Override
    public Figures figures() {
        return sink.figures();
    }

    @Override
    public boolean awaitOver(long millis) {
        return end.await(millis);
    }

    /** Ends the worker, which holds nothing any more when this returns; waits for the picture that is being encoded. */
    @Override
    public void close() {
        stop();
        if (Thread.currentThread() != worker && !awaitOver(CLOSE_DEADLINE_MILLIS)) {
            LOG.log(Level.WARNING, "{0} does not stop; it is left to end by itself.", worker.getName());
        }
    }

    private void run() {
        try (JpegOfPicture encoder = new JpegOfPicture(camera, choice, arenas, sink)) {
            for (RawPicture picture = newest.take(); picture != null; picture = newest.take()) {
                try (RawPicture lent = picture) {
                    encoder.encode(lent, lent.time());
                    sink.in(encoder.name(), /* imports= */ false);
                }
            }
        } catch (CaptureException trouble) {
            LOG.log(Level.WARNING, "{0}: no JPEGs: {1}", CameraConfig.called(camera), trouble.getMessage());
            failed.accept(trouble);
        } catch (RuntimeException | Error defect) {
            arenas.budget().faults().tell("the JPEG encoder of " + camera, defect);
            LOG.log(Level.ERROR, worker.getName() + " failed; this is a bug in Perch.", defect);
            failed.accept(new CaptureException(Kind.FAULT, "The JPEG encoder of " + camera + " failed.", defect));
        } finally {
            newest.stop();
            end.tell();
        }
    }
}
