package dev.perch.camera;

import dev.perch.camera.CameraState.Idle;
import dev.perch.camera.CameraState.Live;
import dev.perch.camera.CameraState.Lost;
import dev.perch.camera.CameraState.Refused;
import dev.perch.camera.CameraState.Starting;
import dev.perch.camera.CameraState.Stopping;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Feed;
import dev.perch.feed.Pump;
import dev.perch.media.CaptureException;
import dev.perch.media.StreamKind;
import dev.perch.memory.ArenaPool;
import dev.perch.memory.BudgetExceededException;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The state machine of one camera. {@link #run} is called on the pump's thread only; what other threads tell it waits in volatile fields. */
final class CameraControl implements Pump.Control, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CameraControl.class.getName());

    /** A replugged USB camera is back within a second or two; an absent one should cost nothing. */
    private static final long[] BACK_OFF_NANOS = {
        500_000_000L, 1_000_000_000L, 1_000_000_000L, 2_000_000_000L, 5_000_000_000L, 10_000_000_000L
    };

    private static final long STOP_PATIENCE_MILLIS = 3_000;

    private final CameraConfig config;
    private final Source source;
    private final Map<StreamKind, Feed> feeds;
    private final ArenaPool pool;
    private final IntSupplier watchers;
    private Runnable wake = () -> {};

    private volatile CameraState state = new Idle(); // written by the pump, read by everybody
    private volatile @Nullable CameraSession session; // written by the pump, read by everybody
    private volatile long lastLeaveNanos; // written by leaving viewers, read by the pump
    private volatile boolean closed; // written by close, read by the pump
    private int attempts;
    private String logged = "";

    CameraControl(
            CameraConfig config, Source source, Map<StreamKind, Feed> feeds, ArenaPool pool, IntSupplier watchers) {
        this.config = config;
        this.source = source;
        this.feeds = feeds;
        this.pool = pool;
        this.watchers = watchers;
    }

    void wakeBy(Runnable wakeUp) {
        wake = wakeUp;
    }

    CameraState state() {
        return state;
    }

    SessionStats sessionStats() {
        CameraSession current = session;
        return current == null ? SessionStats.NONE : current.stats();
    }

    void frameCame() {
        CameraSession current = session;
        if (current != null) {
            current.frameCame();
        }
    }

    void watcherLeft() {
        lastLeaveNanos = System.nanoTime();
    }

    void requestKeyFrame() {
        CameraSession current = session;
        if (current != null) {
            current.requestKeyFrame();
        }
    }

    @Override
    public long run(long nowNanos) {
        if (closed) {
            return Long.MAX_VALUE;
        }
        boolean wanted = config.run() == CameraConfig.Run.ALWAYS || watchers.getAsInt() > 0;
        CameraSession current = session;
        return current == null ? rest(nowNanos, wanted) : follow(current, nowNanos, wanted);
    }

    /** No session: start one when it is wanted and due. */
    private long rest(long nowNanos, boolean wanted) {
        if (!wanted) {
            if (!(state instanceof Idle)) {
                releaseMemory();
                state = new Idle();
                attempts = 0;
            }
            return Long.MAX_VALUE;
        }
        long dueNanos = nowNanos;
        if (state instanceof Lost lost) {
            dueNanos = lost.retryAtNanos();
        } else if (state instanceof Refused refused) {
            dueNanos = refused.retryAtNanos();
        }
        if (dueNanos - nowNanos > 0) {
            return dueNanos - nowNanos;
        }
        start(nowNanos);
        return TimeUnit.SECONDS.toNanos(1);
    }

    private void start(long nowNanos) {
        feeds.values().forEach(feed -> {
            feed.forgetRefusal();
            feed.markGap();
        });
        state = new Starting(nowNanos);
        session = CameraSession.start(config.id(), source, feeds, pool, wake);
    }

    private long follow(CameraSession current, long nowNanos, boolean wanted) {
        Optional<CameraSession.End> end = current.end();
        if (end.isPresent()) {
            session = null;
            ended(end.get(), nowNanos, wanted);
            return 0;
        }
        if (state instanceof Stopping) {
            return TimeUnit.SECONDS.toNanos(1);
        }
        Optional<BudgetExceededException> refusal = refusal();
        if (refusal.isPresent()) {
            current.stop();
            state = new Refused(String.valueOf(refusal.get().getMessage()), nowNanos + backOff());
            return TimeUnit.SECONDS.toNanos(1);
        }
        if (state instanceof Starting && current.hasFrames()) {
            attempts = 0;
            logged = "";
            state = new Live(nowNanos);
        }
        if (wanted) {
            return Long.MAX_VALUE;
        }
        long lingerNanos = config.linger().toNanos() - (nowNanos - lastLeaveNanos);
        if (lingerNanos > 0) {
            return lingerNanos;
        }
        current.stop();
        state = new Stopping(nowNanos);
        return TimeUnit.SECONDS.toNanos(1);
    }

    private void ended(CameraSession.End end, long nowNanos, boolean wanted) {
        if (state instanceof Refused) {
            return; // its reason stands; rest() tries again when due
        }
        if (end.reason() == null) {
            releaseMemory();
            state = new Idle();
            return;
        }
        CaptureException reason = end.reason();
        boolean hopeless = reason.kind() == CaptureException.Kind.UNSUPPORTED;
        state = hopeless
                ? new Refused(String.valueOf(reason.getMessage()), nowNanos + backOff())
                : new Lost(reason, nowNanos + backOff(), attempts);
        attempts++;
        log(String.valueOf(reason.getMessage()), wanted);
    }

    /** A repeating fault is logged once until it changes. */
    private void log(String sentence, boolean wanted) {
        if (!sentence.equals(logged)) {
            logged = sentence;
            LOG.log(Level.WARNING, "camera " + config.id() + ": " + sentence + (wanted ? " It is tried again." : ""));
        }
    }

    private long backOff() {
        return BACK_OFF_NANOS[Math.min(attempts, BACK_OFF_NANOS.length - 1)];
    }

    private Optional<BudgetExceededException> refusal() {
        return feeds.values().stream().flatMap(feed -> feed.refusal().stream()).findFirst();
    }

    private void releaseMemory() {
        feeds.values().forEach(Feed::releaseMemory);
    }

    /** Called when the pump has ended. */
    @Override
    public void close() {
        closed = true;
        CameraSession current = session;
        if (current != null) {
            current.stop();
            if (!current.awaitEnd(STOP_PATIENCE_MILLIS)) {
                LOG.log(
                        Level.WARNING,
                        "camera " + config.id() + ": " + source.description()
                                + " does not let go; it is left to end by itself");
            }
        }
        releaseMemory();
    }
}
