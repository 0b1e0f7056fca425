package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Encoding;
import dev.perch.media.PixelFormat;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * Encodes every frame. When the frames change, the encoder is started anew. JPEGs of H.264 begin with the newest picture: those between it and the key
 * frame before it, seconds of them with a long GOP, are decoded only.
 */
class EveryFrame extends Policy {
    /** The time after which an encoder hangs: a frame takes milliseconds on a PC and tenths of a second on the smallest Pi. */
    private static final long STUCK_NANOS = 10_000_000_000L;

    /** The longest time without a picture: on a machine that cannot decode a long GOP faster, any picture is better than none. */
    private static final long CATCH_UP_NANOS = 3_000_000_000L;

    private static final long DRAIN_MILLIS = 500;
    private static final System.Logger LOG = System.getLogger(EveryFrame.class.getName());

    private final EncoderRun.Factory runs;

    // used by the worker only
    private boolean live; // whether the newest frame was reached
    private long firstNanos; // when the first frame was put in; 0 before

    private volatile long puttingSinceNanos; // written by the worker, read by any thread; 0 while nothing is put in
    private volatile boolean stuck; // written by the giving thread, read by the worker

    EveryFrame(DerivationSpec spec, Inlet inlet, EncoderRun.Factory runs) {
        super(spec, inlet);
        this.runs = runs;
    }

    /** Encodes the key frame of a GOP that began too long ago: its picture is better than none until the next key frame. */
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
            if (!live) {
                seekNewest(frame);
            }
            put(frame);
        }
    }

    private void seekNewest(InputFrame frame) {
        long nowNanos = System.nanoTime();
        firstNanos = firstNanos == 0 ? nowNanos | 1 : firstNanos;
        boolean late = nowNanos - firstNanos > CATCH_UP_NANOS;
        live = late || spec.to() != Encoding.JPEG || frame.format() != PixelFormat.H264 || inlet.framesAhead() == 0;
        long since = late ? Long.MIN_VALUE : frame.time().decodeNanos();
        spec.sink().leaveOutBefore(live ? since : Long.MAX_VALUE);
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
            return; // the stopping thread may not have seen the run that must be ended
        }
        puttingSinceNanos = System.nanoTime() | 1;
        present.put(frame);
        puttingSinceNanos = 0;
        spec.sink().in(present.by(), present.imports());
    }

    /** Drains the encoder because the frames have changed. */
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
