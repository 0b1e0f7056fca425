package dev.perch.codec;

import dev.perch.media.CaptureException;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a worker of {@link DerivationLoop} does with the frames from its inlet. It has at most one encoder run at a time. Called on the
 * worker's thread, unless stated otherwise.
 */
abstract class Policy {
    final DerivationSpec spec;
    final Inlet inlet;
    private volatile @Nullable EncoderRun run; // written by the worker, read by any thread

    Policy(DerivationSpec spec, Inlet inlet) {
        this.spec = spec;
        this.inlet = inlet;
    }

    /** Called before the first frame. */
    void begin() throws CaptureException {
        // most policies need nothing
    }

    /** Returns the longest wait for a frame, in milliseconds; 0 for no limit. */
    long patienceMillis() {
        return 0;
    }

    /**
     * Handles a frame.
     *
     * @param frame handed back by the worker afterwards; null if none has come within {@link #patienceMillis}
     */
    abstract void next(@Nullable InputFrame frame) throws CaptureException;

    /** Returns whether the current run hangs and must be killed; true once for each run. Any thread. */
    abstract boolean hangs(long nowNanos);

    /** Asks for a key frame soon. Any thread. */
    abstract void requestKeyFrame();

    /** Returns the number of frames or pictures left out because newer ones came. Any thread. */
    abstract long superseded();

    /** Returns the reason to report for the trouble that ended the worker. */
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
