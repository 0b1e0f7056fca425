package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Puts every frame into an encoder, which is started anew when the frames become others. */
class EveryFrame extends Policy {
    /** A frame takes milliseconds on a PC and tenths of a second on the smallest Pi. */
    private static final long STUCK_NANOS = 10_000_000_000L;

    private static final long DRAIN_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger(EveryFrame.class.getName());

    private final EncoderRun.Factory runs;

    private volatile long puttingSinceNanos; // the worker writes, any thread reads; 0 while nothing is put in
    private volatile boolean stuck; // written by whoever gives, read by the worker

    EveryFrame(DerivationSpec spec, Inlet inlet, EncoderRun.Factory runs) {
        super(spec, inlet);
        this.runs = runs;
    }

    /** Shows the key frame of a GOP that began too long ago: its picture until the next key frame is better than none. */
    @Override
    void begin() throws CaptureException {
        InputFrame kept = spec.to() == Encoding.JPEG ? inlet.takeKept() : null;
        if (kept != null) {
            put(kept);
            EncoderRun once = run();
            if (once != null && !inlet.stopped()) {
                once.finish(STUCK_NANOS / 1_000_000);
            }
            endRun();
        }
    }

    @Override
    void next(@Nullable InputFrame frame) throws CaptureException {
        if (frame != null) {
            put(frame);
        }
    }

    private void put(InputFrame frame) throws CaptureException {
        EncoderRun present = run();
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
            beginRun(present);
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
    private static void drain(EncoderRun present) {
        try {
            if (!present.finish(DRAIN_MILLIS)) {
                LOG.log(Level.DEBUG, "what was in {0} is lost", present.by());
            }
        } catch (CaptureException nothing) {
            LOG.log(Level.DEBUG, "nothing was left in " + present.by(), nothing);
        }
    }

    @Override
    boolean hangs(long nowNanos) {
        long sinceNanos = puttingSinceNanos;
        if (sinceNanos == 0 || nowNanos - sinceNanos <= STUCK_NANOS || stuck) {
            return false;
        }
        stuck = true;
        return true;
    }

    @Override
    CaptureException told(CaptureException trouble) {
        return stuck
                ? new CaptureException(
                        Kind.FAULT, "The encoder of " + spec.to() + " has taken no frame for 10 seconds.", trouble)
                : trouble;
    }

    @Override
    void requestKeyFrame() {
        EncoderRun present = run();
        if (present != null) {
            present.forceKeyFrame();
        }
    }

    @Override
    long superseded() {
        return inlet.superseded();
    }
}
