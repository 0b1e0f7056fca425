package dev.perch.codec;

import dev.perch.media.CaptureException;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a worker of {@link DerivationLoop} does with the frames that its inlet gives. It has at most one encoder run at a time. Called on the worker's thread, unless said
 * otherwise.
 */
abstract class Policy {
    final DerivationSpec spec;
    final Inlet inlet;
    private volatile @Nullable EncoderRun run; // the worker writes, any thread reads

    Policy(DerivationSpec spec, Inlet inlet) {
        this.spec = spec;
        this.inlet = inlet;
    }

    /** Does what is to be done before the first frame. */
    void begin() throws CaptureException {
        // most need nothing
    }

    /** Returns how long the worker waits for a frame at most, in milliseconds; 0 for as long as it takes. */
    long patienceMillis() {
        return 0;
    }

    /** @param frame the next one, handed back by the worker afterwards; null when none has come in {@link #patienceMillis} */
    abstract void next(@Nullable InputFrame frame) throws CaptureException;

    /** Returns whether the current run takes no frame and has to be killed; true once for each time. Any thread. */
    abstract boolean hangs(long nowNanos);

    /** Asks for a key frame soon. Any thread. */
    abstract void requestKeyFrame();

    /** Returns how many frames or pictures were left out because newer ones came. Any thread. */
    abstract long superseded();

    /** Returns what is told of the trouble that ended the worker. */
    CaptureException told(CaptureException trouble) {
        return trouble;
    }

    /** Returns the current run, if any. Any thread. */
    final @Nullable EncoderRun run() {
        return run;
    }

    final void beginRun(EncoderRun begun) {
        run = begun;
    }

    /** Ends the current run, if any. */
    final void endRun() {
        EncoderRun present = run;
        run = null;
        if (present != null) {
            present.close();
        }
    }
}
