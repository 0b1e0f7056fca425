package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.RawPicture;
import java.lang.System.Logger.Level;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Single JPEGs of an H.264 source: one key frame decoded by one short run of a decoder, at most once a second and only while somebody waits for a
 * picture. Between them nothing runs but a thread that waits.
 */
final class KeyFramePictures implements Derivation {
    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final long PATIENCE_MILLIS = 10_000; // as long as the one who waits for it does
    private static final System.Logger LOG = System.getLogger(KeyFramePictures.class.getName());

    private final DerivationSpec spec;
    private final Inlet inlet;
    private final LongPredicate wanted;
    private final Thread worker;
    private final End end = new End();
    private final EncoderRun.Factory runs;
    private volatile @Nullable EncoderRun run; // the worker writes, stop reads
    private @Nullable Long lastNanos; // the worker's

    private KeyFramePictures(DerivationSpec spec, Inlet inlet, LongPredicate wanted, EncoderRun.Factory runs) {
        this.spec = spec;
        this.inlet = inlet;
        this.wanted = wanted;
        this.runs = runs;
        this.worker = new Thread(this::work, "perch-" + spec.camera() + "-key-frame-to-jpeg");
        worker.setDaemon(true);
    }

    /** @param wanted whether somebody waits for a picture that was captured at this time, in nanoseconds of the monotonic clock */
    static Derivation start(DerivationSpec spec, Inlet inlet, LongPredicate wanted, EncoderRun.Factory runs) {
        KeyFramePictures pictures = new KeyFramePictures(spec, inlet, wanted, runs);
        pictures.worker.start();
        return pictures;
    }

    private void work() {
        try (inlet) {
            for (InputFrame frame = inlet.take(); frame != null; frame = inlet.take()) {
                if (frame.key() && due() && wanted.test(frame.time().monotonicNanos())) {
                    decode(frame);
                }
            }
        } catch (CaptureException trouble) {
            fail(trouble);
        } catch (RuntimeException | Error defect) {
            LOG.log(Level.ERROR, worker.getName() + " failed; this is a bug in Perch.", defect);
            fail(new CaptureException(Kind.FAULT, "Making a JPEG ended by a defect of Perch.", defect));
        } finally {
            inlet.stop();
            end.tell();
        }
    }

    private boolean due() {
        return lastNanos == null || System.nanoTime() - lastNanos >= PAUSE_NANOS;
    }

    private void decode(InputFrame key) throws CaptureException {
        lastNanos = System.nanoTime();
        long before = spec.sink().out();
        try (EncoderRun once = runs.start(key)) {
            run = once;
            if (inlet.stopped()) {
                return; // whoever stopped it may not have seen the run
            }
            once.put(key);
            spec.sink().in(once.by(), once.imports());
            once.finish(PATIENCE_MILLIS);
            if (spec.sink().out() == before) {
                throw new CaptureException(Kind.FAULT, once.by() + " has made no picture of a key frame.");
            }
        } finally {
            run = null;
        }
    }

    private void fail(CaptureException trouble) {
        if (!inlet.stopped()) {
            spec.failed().accept(trouble);
        }
    }

    @Override
    public void accept(RawPicture picture) {
        inlet.give(picture);
    }

    @Override
    public void frameCame() {
        inlet.wake();
    }

    @Override
    public void requestKeyFrame() {
        // the source is asked, not the decoder
    }

    @Override
    public void stop() {
        inlet.stop();
        EncoderRun present = run;
        if (present != null) {
            Thread killer = new Thread(present::kill, worker.getName() + "-end");
            killer.setDaemon(true);
            killer.start();
        }
    }

    @Override
    public boolean over() {
        return end.told();
    }

    @Override
    public long superseded() {
        return 0;
    }

    @Override
    public Figures figures() {
        return spec.sink().figures();
    }

    @Override
    public boolean awaitOver(long millis) {
        return end.await(millis);
    }
}
