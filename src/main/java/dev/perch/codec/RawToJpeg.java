package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameSink;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.memory.ArenaPool;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Derives a camera's JPEG images from its raw pictures, on one worker thread. The newest picture wins: while one is encoded, a newer one
 * replaces the one that waits, which goes back to the driver at once.
 */
public final class RawToJpeg implements AutoCloseable {
    private static final int QUALITY = 80;
    private static final long CLOSE_DEADLINE_MILLIS = 5000;
    private static final System.Logger LOG = System.getLogger(RawToJpeg.class.getName());

    private final String camera;
    private final ArenaPool arenas;
    private final FrameSink sink;
    private final Consumer<CaptureException> failed;
    private final Thread worker;
    private final AtomicLong superseded = new AtomicLong();

    // the capture thread puts, the worker takes, anybody closes; guarded by this
    private @Nullable RawPicture waiting;
    private boolean closed;

    private RawToJpeg(String camera, ArenaPool arenas, FrameSink sink, Consumer<CaptureException> failed) {
        this.camera = camera;
        this.arenas = arenas;
        this.sink = sink;
        this.failed = failed;
        this.worker = new Thread(this::run, "perch-jpeg-" + camera);
        worker.setDaemon(true);
    }

    /**
     * Starts the worker. Its memory is leased with the first picture, whose size it depends on.
     *
     * @param sink where the images go, produced to by the worker alone until {@link #close} has returned
     * @param failed told at most once, on the worker, when no image can be made (libturbojpeg absent, no memory); pictures are handed back
     *     unseen from then on
     */
    public static RawToJpeg start(String camera, ArenaPool arenas, FrameSink sink, Consumer<CaptureException> failed) {
        RawToJpeg started = new RawToJpeg(camera, arenas, sink, failed);
        started.worker.start();
        return started;
    }

    /** Takes over a picture; never waits. */
    public void accept(RawPicture picture) {
        RawPicture old = picture;
        synchronized (this) {
            if (!closed) {
                old = waiting;
                waiting = picture;
                notifyAll();
            }
        }
        if (old != null) {
            superseded.incrementAndGet();
            old.close();
        }
    }

    /** How many pictures were handed back without being encoded. */
    public long superseded() {
        return superseded.get();
    }

    /** Ends the worker, which holds nothing any more when this returns; waits for the picture that is being encoded. */
    @Override
    public void close() {
        retire();
        if (Thread.currentThread() == worker) {
            return;
        }
        try {
            worker.join(CLOSE_DEADLINE_MILLIS);
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
        if (worker.isAlive()) {
            LOG.log(Level.WARNING, "{0} is still encoding", worker.getName());
        }
    }

    private void run() {
        try (Encoders encoders = new Encoders()) {
            RawPicture picture = next();
            while (picture != null) {
                try (RawPicture lent = picture) {
                    encode(encoders, lent);
                }
                picture = next();
            }
        } catch (CaptureException trouble) {
            LOG.log(Level.WARNING, "{0} has no JPEG: {1}", camera, trouble.getMessage());
            failed.accept(trouble);
        } catch (RuntimeException defect) {
            LOG.log(Level.ERROR, worker.getName() + " ended by a defect", defect);
            failed.accept(new CaptureException(Kind.FAULT, "The JPEG encoder of " + camera + " failed.", defect));
        } finally {
            retire();
        }
    }

    private void encode(Encoders encoders, RawPicture picture) throws CaptureException {
        ByteBuffer jpeg = encoders.forPicture(picture).encode(picture);
        sink.claim(jpeg.remaining()).ifPresent(space -> {
            space.put(jpeg);
            sink.publish(picture.time(), /* key= */ true);
        });
    }

    private synchronized @Nullable RawPicture next() {
        while (waiting == null && !closed) {
            try {
                wait();
            } catch (InterruptedException asked) {
                closed = true;
            }
        }
        RawPicture taken = closed ? null : waiting;
        if (taken != null) {
            waiting = null;
        }
        return taken;
    }

    /** Takes no more pictures, and hands back the one that waits. */
    private void retire() {
        RawPicture old;
        synchronized (this) {
            closed = true;
            old = waiting;
            waiting = null;
            notifyAll();
        }
        if (old != null) {
            superseded.incrementAndGet();
            old.close();
        }
    }

    /** The encoder for the size at hand. */
    private final class Encoders implements AutoCloseable {
        private @Nullable TurboJpegEncoder current;

        TurboJpegEncoder forPicture(RawPicture picture) throws CaptureException {
            TurboJpegEncoder encoder = current;
            if (encoder == null || !encoder.fits(picture)) {
                close();
                encoder = new TurboJpegEncoder(camera, picture, QUALITY, arenas);
                current = encoder;
                sink.configure(new StreamConfig.Jpeg(picture.width(), picture.height()));
            }
            return encoder;
        }

        @Override
        public void close() {
            if (current != null) {
                current.close();
                current = null;
            }
        }
    }
}
