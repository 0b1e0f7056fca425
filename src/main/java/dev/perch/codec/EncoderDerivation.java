package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.RawPicture;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import java.lang.System.Logger.Level;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Derives by an encoder that a worker thread feeds; started anew when the frames become others. */
final class EncoderDerivation implements Derivation {
    /** A frame takes milliseconds on a PC and tenths of a second on the smallest Pi. */
    private static final long STUCK_NANOS = 10_000_000_000L;

    private static final long DRAIN_MILLIS = 500;

    private static final System.Logger LOG = System.getLogger(EncoderDerivation.class.getName());

    private final DerivationSpec spec;
    private final Inlet inlet;
    private final EncoderRun.Factory runs;
    private final Thread worker;
    private final End end = new End();

    // written by the worker, read by whoever gives or stops
    private volatile @Nullable EncoderRun run;
    private volatile long puttingSinceNanos; // 0 while nothing is put in
    private volatile boolean stuck; // written by whoever gives, read by the worker

    private EncoderDerivation(DerivationSpec spec, Inlet inlet, EncoderRun.Factory runs) {
        this.spec = spec;
        this.inlet = inlet;
        this.runs = runs;
        this.worker = new Thread(
                this::work, "perch-" + spec.camera() + "-to-" + spec.to().name().toLowerCase(Locale.ROOT));
        worker.setDaemon(true);
    }

    static Derivation start(DerivationSpec spec, Inlet inlet, EncoderRun.Factory runs) {
        EncoderDerivation derivation = new EncoderDerivation(spec, inlet, runs);
        derivation.worker.start();
        return derivation;
    }

    private void work() {
        try (inlet;
                Lease heap = lease()) {
            LOG.log(Level.DEBUG, "{0} holds {1} bytes", worker.getName(), heap.bytes());
            showOlder();
            for (InputFrame frame = inlet.take(); frame != null; frame = inlet.take()) {
                try {
                    put(frame);
                } finally {
                    frame.handBack();
                }
            }
        } catch (CaptureException trouble) {
            fail(trouble);
        } catch (RuntimeException | Error defect) {
            spec.arenas().budget().faults().tell("the encoder of " + spec.camera(), defect);
            LOG.log(Level.ERROR, worker.getName() + " failed; this is a bug in Perch.", defect);
            fail(new CaptureException(Kind.FAULT, "Making " + spec.to() + " ended by a defect of Perch.", defect));
        } finally {
            inlet.stop();
            endRun();
            end.tell();
        }
    }

    /** The key frame of a GOP that began too long ago: its picture until the next key frame is better than none. */
    private void showOlder() throws CaptureException {
        InputFrame kept = spec.to() == Encoding.JPEG ? inlet.takeKept() : null;
        if (kept != null) {
            put(kept);
            EncoderRun once = run;
            if (once != null && !inlet.stopped()) {
                once.finish(STUCK_NANOS / 1_000_000);
            }
            endRun();
        }
    }

    private Lease lease() throws CaptureException {
        try {
            String setting = "cameras." + spec.camera() + ".size";
            return spec.arenas().budget().lease(spec.camera() + " encoder", FfmpegRun.heapBytes(), setting);
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    private void put(InputFrame frame) throws CaptureException {
        EncoderRun present = run;
        if (present == null || !present.takes(frame)) {
            if (!frame.key()) {
                return;
            }
            if (present != null) {
                drain(present);
                inlet.catchUp();
            }
            endRun();
            present = runs.start(frame);
            run = present;
        }
        if (inlet.stopped()) {
            return; // whoever stopped it may not have seen the run that is to be ended
        }
        puttingSinceNanos = System.nanoTime() | 1;
        present.put(frame);
        puttingSinceNanos = 0;
        spec.sink().in(present.by(), present.imports());
    }

    /** The frames have become others: those that are in the encoder still come out. */
    private void drain(EncoderRun present) {
        try {
            if (!present.finish(DRAIN_MILLIS)) {
                LOG.log(Level.DEBUG, "{0} lost what was in {1}", worker.getName(), present.by());
            }
        } catch (CaptureException nothing) {
            LOG.log(Level.DEBUG, "nothing was left in " + present.by(), nothing);
        }
    }

    private void endRun() {
        EncoderRun present = run;
        run = null;
        if (present != null) {
            present.close();
        }
    }

    private void fail(CaptureException trouble) {
        if (inlet.stopped()) {
            return; // what an end that was asked for breaks
        }
        CaptureException told = stuck
                ? new CaptureException(
                        Kind.FAULT, "The encoder of " + spec.to() + " has taken no frame for 10 seconds.", trouble)
                : trouble;
        spec.failed().accept(told);
    }

    /** Ends an encoder that hangs; the worker, which waits for it, then tells. */
    private void lookAfter() {
        long sinceNanos = puttingSinceNanos;
        if (sinceNanos != 0 && System.nanoTime() - sinceNanos > STUCK_NANOS && !stuck) {
            stuck = true;
            kill();
        }
    }

    private void kill() {
        EncoderRun present = run;
        if (present != null) {
            Thread killer = new Thread(present::kill, worker.getName() + "-end");
            killer.setDaemon(true);
            killer.start();
        }
    }

    @Override
    public void accept(RawPicture picture) {
        inlet.give(picture);
        lookAfter();
    }

    @Override
    public void frameCame() {
        inlet.wake();
        lookAfter();
    }

    @Override
    public void requestKeyFrame() {
        EncoderRun present = run;
        if (present != null) {
            present.forceKeyFrame();
        }
    }

    @Override
    public void stop() {
        if (!inlet.stopped()) {
            inlet.stop();
            kill();
        }
    }

    @Override
    public boolean over() {
        return end.told();
    }

    @Override
    public long superseded() {
        return inlet.superseded();
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
