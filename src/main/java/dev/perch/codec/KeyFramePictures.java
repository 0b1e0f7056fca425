package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes single JPEGs from an H.264 source, each by one short run of a decoder, at most one run a second and only while somebody waits for a picture.
 * In between only a waiting thread exists.
 *
 * <p>A run begins with the next key frame, and ends with its picture. Where none comes for {@value #KEY_PATIENCE_MILLIS} ms, or key frames are known
 * to be further apart than that, it begins with the last one and is given the frames after it, up to the newest. A run goes on until a picture that
 * is wanted comes out: of a stream that refreshes column by column the first is whole after a round, and of fields it takes two. The first picture of
 * each run is published in any case: an older one is better than none.
 */
final class KeyFramePictures extends Policy {
    static final int KEY_PATIENCE_MILLIS = 2_000;

    /** Starts runs that decode some of their first frames only, as the specification says. */
    interface Runs {
        EncoderRun start(DerivationSpec spec, InputFrame first) throws CaptureException;
    }

    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final long KEY_PATIENCE_NANOS = KEY_PATIENCE_MILLIS * 1_000_000L;
    private static final long PATIENCE_MILLIS = 10_000; // as long as the viewer waits
    private static final long LOOK_MILLIS = 500;

    /** A decoder that is given whole pictures holds back a frame or two (vicodec: none, bcm2835-codec: one). */
    private static final int HELD_BACK = 3;

    /** How long the next frame waits for the picture of the one before: a frame interval or two. */
    private static final long PICTURE_MILLIS = 100;

    /** The time that a decoder may take to start and make its first picture, before it gets frames that most streams do not need for it. */
    private static final long FIRST_PICTURE_MILLIS = 1_500;

    private final LongPredicate wanted;
    private final Runs runs;
    private volatile long runBeganNanos; // written by the worker, read by any thread

    // used by the worker only
    private @Nullable Long lastRunNanos;
    private @Nullable Long waitingSinceNanos;
    private @Nullable Long lastKeyNanos; // a capture time, like those below
    private long newestNanos;
    private long triedUpToNanos = Long.MIN_VALUE; // the newest frame when the previous run began
    private int ahead; // frames to put in from the next key frame on, to which the inlet went back
    private boolean farApart; // whether key frames are far apart
    private long outBefore;
    private int wantedPuts;
    private long firstWantedNanos; // of the current run; Long.MAX_VALUE for none
    private int heldBack; // the number of wanted frames that may be put in before a picture comes out
    private long skippedBefore;

    /**
     * Creates a policy.
     *
     * @param wanted whether somebody waits for a picture captured at this time, in nanoseconds of the monotonic clock
     */
    KeyFramePictures(DerivationSpec spec, Inlet inlet, LongPredicate wanted, Runs runs) {
        super(spec, inlet);
        this.wanted = wanted;
        this.runs = runs;
    }

    @Override
    long patienceMillis() {
        return LOOK_MILLIS;
    }

    @Override
    void next(@Nullable InputFrame frame) throws CaptureException {
        if (frame != null) {
            see(frame);
        }
        look(frame);
    }

    private void see(InputFrame frame) {
        newestNanos = Math.max(newestNanos, captured(frame));
        if (lastKeyNanos != null && captured(frame) - lastKeyNanos > KEY_PATIENCE_NANOS) {
            farApart = true;
        } else if (frame.key() && lastKeyNanos != null && captured(frame) > lastKeyNanos) {
            farApart = false;
        }
        if (frame.key()) {
            lastKeyNanos = captured(frame);
        }
    }

    private static long captured(InputFrame frame) {
        return frame.time().decodeNanos();
    }

    /**
     * Handles the next frame.
     *
     * @param frame null if none has come for a while
     */
    private void look(@Nullable InputFrame frame) throws CaptureException {
        EncoderRun present = run();
        if (present != null && frame != null && (!present.takes(frame) || inlet.superseded() != skippedBefore)) {
            endRun(); // a missing frame would show in the picture
            present = null;
        }
        if (present != null) {
            goOn(present, frame);
            return;
        }
        long nowNanos = System.nanoTime();
        if (!wanted.test(nowNanos)) {
            waitingSinceNanos = null;
            return;
        }
        waitingSinceNanos = waitingSinceNanos == null ? (Long) nowNanos : waitingSinceNanos;
        if (lastRunNanos != null && nowNanos - lastRunNanos < PAUSE_NANOS) {
            return;
        }
        if (frame != null && frame.key() && (ahead > 0 || wanted.test(captured(frame)))) {
            begin(frame);
        } else if (farApart || nowNanos - waitingSinceNanos > KEY_PATIENCE_NANOS) {
            goBack();
        }
    }

    /** Goes back to the last key frame if the ring still has it; otherwise the kept picture of it serves until the next. */
    private void goBack() throws CaptureException {
        if (newestNanos <= triedUpToNanos) {
            return; // nothing new has come
        }
        ahead = inlet.rewind();
        if (ahead > 0) {
            return;
        }
        triedUpToNanos = newestNanos;
        InputFrame kept = inlet.takeKept();
        if (kept != null && spec.sink().awaitOut(nanos -> nanos >= captured(kept), 0)) {
            return; // its picture has been made
        }
        if (kept != null) {
            begin(kept);
            finish();
        }
    }

    private void begin(InputFrame key) throws CaptureException {
        int passedOver = Math.max(0, ahead - 1);
        ahead = 0;
        lastRunNanos = System.nanoTime();
        triedUpToNanos = newestNanos;
        skippedBefore = inlet.superseded();
        outBefore = spec.sink().out();
        wantedPuts = 0;
        firstWantedNanos = Long.MAX_VALUE;
        heldBack = HELD_BACK + key.recoveryFrames();
        EncoderRun begun = runs.start(spec.passing(passedOver), key);
        runBeganNanos = System.nanoTime();
        beginRun(begun);
        if (!inlet.stopped()) { // the stopping thread may not have seen the run
            goOn(begun, key);
        }
    }

    private void goOn(EncoderRun present, @Nullable InputFrame frame) throws CaptureException {
        boolean waits = false;
        if (frame != null) {
            present.put(frame);
            spec.sink().in(present.by(), present.imports());
            boolean asked = wanted.test(captured(frame));
            waits = present.asynchronous() && asked;
            wantedPuts += asked ? 1 : 0;
            firstWantedNanos = asked ? Math.min(firstWantedNanos, captured(frame)) : firstWantedNanos;
        }
        if (spec.sink().awaitOut(this::ofUse, waits ? pictureMillis() : 0)) {
            endRun();
            return;
        }
        boolean late = System.nanoTime() - runBeganNanos > PATIENCE_MILLIS * 1_000_000;
        boolean held = !present.asynchronous() && wantedPuts >= heldBack;
        if (late || held) {
            finish();
        }
    }

    private long pictureMillis() {
        if (spec.sink().out() > outBefore) {
            return PICTURE_MILLIS;
        }
        long agoMillis = (System.nanoTime() - runBeganNanos) / 1_000_000;
        return Math.max(PICTURE_MILLIS, FIRST_PICTURE_MILLIS - agoMillis);
    }

    /** Returns whether the picture is of use, even if the viewer that waited already has it and is gone. */
    private boolean ofUse(long nanos) {
        return spec.sink().out() > outBefore && (nanos >= firstWantedNanos || wanted.test(nanos));
    }

    /** Drains the decoder. Fails if no picture comes out. */
    private void finish() throws CaptureException {
        EncoderRun present = run();
        if (present != null) {
            present.finish(PATIENCE_MILLIS);
            if (spec.sink().out() == outBefore && !inlet.stopped()) {
                throw new CaptureException(
                        Kind.FAULT, present.by() + " has made no picture of a key frame and the frames after it.");
            }
            endRun();
        }
    }

    /** Returns whether the worker waits for a decoder that hangs. */
    @Override
    boolean hangs(long nowNanos) {
        if (run() == null || nowNanos - runBeganNanos <= 3 * PATIENCE_MILLIS * 1_000_000) {
            return false;
        }
        runBeganNanos = nowNanos;
        return true;
    }

    @Override
    void requestKeyFrame() {
        // the source is asked instead
    }

    /** Returns 0: no frame is missed that a picture would have been made from. */
    @Override
    long superseded() {
        return 0;
    }
}
