package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Single JPEGs of an H.264 source, each by one short run of a decoder, at most one run a second and only while somebody waits for a picture.
 * Between them nothing runs but a thread that waits.
 *
 * <p>A run begins with the next key frame, and ends with its picture. Where none comes for {@value #KEY_PATIENCE_MILLIS} ms, or key frames are known to
 * be further apart than that, it begins with the last one and is given the frames after it, up to the newest. A run goes on until a picture
 * that is wanted comes out: of a stream that refreshes column by column the first is whole after a round, and of fields it takes two. The first
 * picture of each run is published in any case: an older one is better than none.
 */
final class KeyFramePictures extends Policy {
    static final int KEY_PATIENCE_MILLIS = 2_000;

    /** Starts runs that pass some of their first frames over, as the specification says. */
    interface Runs {
        EncoderRun start(DerivationSpec spec, InputFrame first) throws CaptureException;
    }

    private static final long PAUSE_NANOS = 1_000_000_000L;
    private static final long KEY_PATIENCE_NANOS = KEY_PATIENCE_MILLIS * 1_000_000L;
    private static final long PATIENCE_MILLIS = 10_000; // as long as the one who waits for it does
    private static final long LOOK_MILLIS = 500;

    /** A decoder that is given whole pictures holds back a frame or two (vicodec: none, bcm2835-codec: one). */
    private static final int HELD_BACK = 3;

    /** The next frame waits so long for the picture of the one before: a frame interval or two. */
    private static final long PICTURE_MILLIS = 100;

    /** The time that a decoder may take to start and to make its first picture, before it is given frames that most streams do not need for it. */
    private static final long FIRST_PICTURE_MILLIS = 1_500;

    private final LongPredicate wanted;
    private final Runs runs;
    private volatile long runBeganNanos; // the worker writes, any thread reads

    // the worker's
    private @Nullable Long lastRunNanos;
    private @Nullable Long waitingSinceNanos;
    private @Nullable Long lastKeyNanos; // time of capture, as those below
    private long newestNanos;
    private long triedUpToNanos = Long.MIN_VALUE; // the newest frame when the run before began
    private int ahead; // frames to be put in from the key frame that comes next, which the inlet went back to
    private boolean farApart; // of key frames
    private long outBefore;
    private int wantedPuts;
    private long firstWantedNanos; // of those, Long.MAX_VALUE without
    private int heldBack; // so many wanted frames may be put in before a picture comes out
    private long skippedBefore;

    /** @param wanted whether somebody waits for a picture that was captured at this time, in nanoseconds of the monotonic clock */
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

    /** @param frame the next one; null where none has come for a while */
    private void look(@Nullable InputFrame frame) throws CaptureException {
        EncoderRun present = run();
        if (present != null && frame != null && (!present.takes(frame) || inlet.superseded() != skippedBefore)) {
            endRun(); // what is missing would be seen in the picture
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

    /** Goes back to the last key frame, if the ring still has it; otherwise its picture has to serve until the next. */
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
            return; // that picture has been made
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
        if (!inlet.stopped()) { // whoever stopped it may not have seen the run
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

    /** Returns whether the picture is of use, even if the one who waited has it and is gone. */
    private boolean ofUse(long nanos) {
        return spec.sink().out() > outBefore && (nanos >= firstWantedNanos || wanted.test(nanos));
    }

    /** Drains the decoder; fails if no picture comes out. */
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

    /** A decoder that hangs, for which the worker waits. */
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
        // the source is asked, not the decoder
    }

    /** Returns 0: frames that no picture is made of are not missed. */
    @Override
    long superseded() {
        return 0;
    }
}
