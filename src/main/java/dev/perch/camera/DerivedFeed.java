package dev.perch.camera;

import dev.perch.codec.Derivation;
import dev.perch.codec.Deriver;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Feed;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.FrameTime;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamKind;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One format of a camera, made of another while somebody watches it and for a linger after, where the source does not give it itself. {@link #run} is
 * called on the pump's thread only, as are all methods that change it but {@link #fail}.
 */
final class DerivedFeed {
    private static final System.Logger LOG = System.getLogger(DerivedFeed.class.getName());
    /** An external program's end takes 3 s at most. */
    static final long PATIENCE_MILLIS = 4_000;

    private static final long TICK_NANOS = 250_000_000L;
    private static final long[] BACK_OFF_NANOS = {1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L};

    /** What runs. */
    private enum Mode {
        NONE,
        /** All frames are made. */
        STREAM,
        /** Single pictures, of key frames. */
        PICTURES
    }

    private record Failure(String sentence, long retryAtNanos) {}

    private final String cameraId;
    private final long lingerNanos;
    private final long warmUpNanos;
    private final StreamKind kind;
    private final Feed feed;
    private final Feed other;
    private final Deriver deriver;
    private final Demand demand;
    private final Runnable wake;
    private final ReentrantLock turn = new ReentrantLock();
    private final DerivedTally tally = new DerivedTally();

    private Mode mode = Mode.NONE;
    private @Nullable TurnSink sink;
    private volatile @Nullable Derivation running; // the pump writes, the source's thread reads
    private volatile @Nullable Failure failure; // the derivation or the pump writes, viewers read
    private volatile @Nullable String held; // the watch on memory writes, the pump reads
    private volatile boolean
            withheld; // the pump writes, and resume on any thread; viewers read: it is held, and the source does not
    // give it
    private int attempts; // guarded by this
    private String logged = ""; // guarded by this

    /** @param settings of the camera: id, linger, warm-up */
    DerivedFeed(CameraConfig settings, Feed feed, Feed other, Making making) {
        this.cameraId = settings.id();
        this.lingerNanos = settings.linger().toNanos();
        this.warmUpNanos = settings.warmUp().toNanos();
        this.kind = feed.kind();
        this.feed = feed;
        this.other = other;
        this.deriver = making.deriver();
        this.demand = making.demand();
        this.wake = making.wake();
    }

    /**
     * What a derived feed works with.
     *
     * @param demand who wants it
     * @param wake makes the pump look
     */
    record Making(Deriver deriver, Demand demand, Runnable wake) {}

    StreamKind kind() {
        return kind;
    }

    /** Starts, changes or stops the derivation as it is wanted: in how many nanoseconds it wants to run again. */
    long run(long nowNanos, CameraSession session) {
        withheld = held != null;
        Derivation present = running;
        if (present != null) {
            return follow(present, nowNanos, session);
        }
        Mode wanted = wanted(nowNanos, session);
        if (wanted == Mode.NONE || !deriver.makes(kind)) {
            return Long.MAX_VALUE;
        }
        Failure failed = failure;
        if (failed != null && failed.retryAtNanos() - nowNanos > 0) {
            return failed.retryAtNanos() - nowNanos;
        }
        start(wanted, session);
        return TICK_NANOS;
    }

    private long follow(Derivation present, long nowNanos, CameraSession session) {
        if (present.over()) {
            tally.ended(present);
            running = null;
            closeSink();
            mode = Mode.NONE;
            if (demand.all() == 0 || withheld) {
                feed.releaseMemory();
            }
            return 0;
        }
        if (sink != null && sink.published()) {
            succeeded();
        }
        if (sink != null && feed.refusal().isPresent()) {
            fail(new CaptureException(
                    Kind.NO_ROOM, String.valueOf(feed.refusal().get().getMessage())));
            stop();
        }
        Mode wanted = wanted(nowNanos, session);
        if (wanted != mode) {
            stop();
        }
        return TICK_NANOS;
    }

    private Mode wanted(long nowNanos, CameraSession session) {
        if (withheld) {
            return Mode.NONE;
        }
        boolean lingers = mode == Mode.STREAM && nowNanos - demand.lastLeaveNanos() < lingerNanos;
        boolean streams = demand.streams() > 0;
        boolean pictures = demand.all() > 0;
        if (kind != StreamKind.JPEG || session.raw()) {
            return pictures || lingers ? Mode.STREAM : Mode.NONE;
        }
        boolean streamLingers = mode == Mode.STREAM && nowNanos - demand.lastStreamLeaveNanos() < lingerNanos;
        if (streams || streamLingers) {
            return Mode.STREAM;
        }
        boolean pictureLingers = mode == Mode.PICTURES && nowNanos - demand.lastLeaveNanos() < lingerNanos;
        return pictures || pictureLingers ? Mode.PICTURES : Mode.NONE;
    }

    private void start(Mode wanted, CameraSession session) {
        tally.started();
        failure = null;
        feed.forgetRefusal();
        feed.markGap();
        TurnSink open = new TurnSink(feed, turn);
        sink = open;
        mode = wanted;
        double rate = session.stats().framesPerSecond();
        if (session.raw()) {
            running = deriver.ofPictures(kind, rate, open, this::fail);
        } else if (wanted == Mode.PICTURES) {
            long warmNanos = session.firstFrameNanos() + warmUpNanos;
            running = deriver.ofKeyFrames(
                    new RingReader(other),
                    nanos -> nanos - warmNanos >= 0 && demand.wantsPictureOf(nanos),
                    open,
                    this::fail);
        } else {
            running = deriver.ofFrames(kind, new RingReader(other), rate, open, this::fail);
        }
        frameCame(); // one that came before running was set has woken nobody
    }

    /** Has it not made until {@link #resume}. Any thread. @return whether it was being made */
    boolean hold(String reason) {
        held = reason;
        boolean made = running != null;
        wake.run();
        return made;
    }

    /** Lets it be made again. Any thread. */
    void resume() {
        held = null;
        withheld = false;
        wake.run();
    }

    /** Lets the derivation end, and its frames with it; it says itself when it has. */
    void stop() {
        Derivation present = running;
        closeSink();
        if (present != null) {
            present.stop();
        }
    }

    private void closeSink() {
        if (sink != null) {
            sink.close();
            sink = null;
        }
    }

    private synchronized void succeeded() {
        attempts = 0;
        logged = "";
    }

    private synchronized void fail(CaptureException reason) {
        tally.failed();
        String sentence = String.valueOf(reason.getMessage());
        long backOffNanos = BACK_OFF_NANOS[Math.min(attempts++, BACK_OFF_NANOS.length - 1)];
        failure = new Failure(sentence, System.nanoTime() + backOffNanos);
        if (!sentence.equals(logged)) { // a repeating fault is logged once until it changes
            logged = sentence;
            LOG.log(Level.WARNING, CameraConfig.called(cameraId) + " has no " + kind + ": " + sentence);
        }
        wake.run();
    }

    /** Why it is not made now, a sentence; empty when it is, or can be tried. Any thread. */
    Optional<String> trouble() {
        String reason = held;
        if (reason != null && withheld) {
            return Optional.of(reason);
        }
        Failure failed = failure;
        return failed != null && failed.retryAtNanos() - System.nanoTime() > 0
                ? Optional.of(failed.sentence())
                : Optional.empty();
    }

    /** Whether pictures are to be given to it. The source's thread, like the two below. */
    boolean running() {
        return running != null;
    }

    /** Takes over a picture of the source. */
    void accept(RawPicture picture) {
        Derivation present = running;
        if (present == null) {
            picture.close();
        } else {
            present.accept(picture);
        }
    }

    /** The source has put a frame into the ring of the other format. */
    void frameCame() {
        Derivation present = running;
        if (present != null) {
            present.frameCame();
        }
    }

    /**
     * Shows {@code jpeg} to those who watch; nothing runs.
     *
     * @return false when there is no room for it now, or a derivation that was stopped is still copying a frame
     */
    boolean showPlaceholder(ByteBuffer jpeg, FrameTime time) {
        if (!turn.tryLock()) {
            return false;
        }
        try {
            return feed.showPlaceholder(jpeg, time);
        } finally {
            turn.unlock();
        }
    }

    /** Asks for a key frame. Any thread. */
    void requestKeyFrame() {
        Derivation present = running;
        if (present != null) {
            present.requestKeyFrame();
        }
    }

    /** Whether it has ended, after {@link #stop}; false when that takes longer. */
    boolean awaitOver(long millis) {
        Derivation present = running;
        return present == null || present.awaitOver(millis);
    }

    /** What was done. Any thread. */
    DerivedFigures figures() {
        return tally.figures(kind, running);
    }
}
