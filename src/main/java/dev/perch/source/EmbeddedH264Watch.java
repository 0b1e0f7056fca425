package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameTime;
import dev.perch.v4l2.CaptureRequest;
import dev.perch.v4l2.CaptureRequest.Embedding;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches whether a device's JPEGs carry H.264, if that is wanted: a camera may agree and not do it, and one without the extension unit may do it
 * unasked. Used on the capture thread, except {@link #endBy}.
 */
final class EmbeddedH264Watch {
    private static final System.Logger LOG = System.getLogger(EmbeddedH264Watch.class.getName());

    /** How long to wait for H.264. An encoder starts more slowly than a sensor; a C930e's first access units come within a second. */
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private static final int FEWEST_IMAGES = 10;

    private final CaptureRequest request;
    private final Consumer<Boolean> plain;
    private int images;
    private long firstNanos;
    private boolean seen;
    private @Nullable CaptureException refusal;
    private volatile @Nullable Runnable end; // set by whoever starts the session

    /**
     * Creates the watch of one session.
     *
     * @param plain called with true when the JPEGs are found to carry no H.264, with false when they carry it
     */
    EmbeddedH264Watch(CaptureRequest request, Consumer<Boolean> plain) {
        this.request = request;
        this.plain = plain;
    }

    void endBy(Runnable stop) {
        end = stop;
    }

    /** Called with each image. */
    void image(boolean carries, FrameTime time) {
        if (seen || request.embedding() == Embedding.OFF) {
            return;
        }
        if (carries) {
            seen = true;
            plain.accept(false);
            return;
        }
        if (images++ == 0) {
            firstNanos = time.decodeNanos();
        }
        if (images >= FEWEST_IMAGES && time.decodeNanos() - firstNanos >= PATIENCE_NANOS) {
            none();
        }
    }

    private void none() {
        if (request.embedding() == Embedding.WANTED) {
            seen = true; // ends the watch
            plain.accept(true);
            LOG.log(Level.DEBUG, "{0} sends JPEGs without H.264", request.device());
            return;
        }
        Runnable stop = end;
        if (stop != null) {
            refusal = new CaptureException(
                    Kind.UNSUPPORTED,
                    request.device()
                            + " sends no H.264 within its JPEGs (format: MJPGH264): accepted of this device are auto and MJPG.");
            stop.run();
        }
    }

    /**
     * Returns why the session ended; empty if that was asked for.
     *
     * @param told the session's own reason
     */
    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // as CaptureSession.Output.ended has it
    Optional<CaptureException> reason(Optional<CaptureException> told) {
        if (told.isPresent()) {
            plain.accept(false); // the next device at that place may be another one
        }
        return refusal == null ? told : Optional.of(refusal);
    }
}
