package dev.perch.camera;

import dev.perch.camera.CameraState.Awaiting;
import dev.perch.camera.CameraState.Ended;
import dev.perch.camera.CameraState.Idle;
import dev.perch.camera.CameraState.Live;
import dev.perch.camera.CameraState.Refused;
import dev.perch.camera.CameraState.Starting;
import dev.perch.camera.CameraState.Stopping;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Feed;
import dev.perch.feed.Pump;
import dev.perch.media.CaptureException;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.Medium;
import dev.perch.media.TrackId;
import dev.perch.memory.BudgetExceededException;
import dev.perch.source.Awaited;
import dev.perch.source.SessionStats;
import dev.perch.source.SoundProspect;
import dev.perch.source.Source;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The state machine of one camera. It runs on the pump's thread only; other threads pass it messages through volatile fields. */
final class CameraControl implements Pump.Control, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CameraControl.class.getName());

    private static final long STOP_PATIENCE_MILLIS = 3_000;

    /**
     * How long frames may be refused in a row: a stream that is joined between two key frames, or changes its size, may be good a second later.
     */
    private static final long REFUSAL_PATIENCE_NANOS = 2_000_000_000L;

    /** One refused frame alone is tolerated for longer, as a good one may follow, but viewers must see the reason before they give up. */
    private static final long LONE_REFUSAL_PATIENCE_NANOS = 8_000_000_000L;

    private static final long REFUSAL_LOOK_NANOS = 100_000_000L;

    private final CameraConfig config;
    private final Source source;
    private final Tracks tracks;
    private final Offer offer;
    private final Clock clock;
    private final @Nullable Awaited awaited;
    private final IntSupplier watchers;
    private final Placeholder placeholder;
    private final Runnable wake;
    private final Hiding hiding;
    private final Failures failures;

    private volatile CameraState state = new Idle(); // written by the pump, read by everybody
    private volatile @Nullable CameraSession session; // written by the pump, read by everybody
    private volatile long lastLeaveNanos; // written by leaving viewers, read by the pump
    private volatile boolean closed; // written by close, read by the pump

    /** The parts of a camera that its control works with. */
    record Parts(CameraConfig config, Source source, Tracks tracks, Offer offer, Hiding hiding, Clock clock) {}

    /** Creates a control. {@code watchers} counts those who watch now, {@code wake} makes {@link #run} run soon. */
    CameraControl(Parts parts, IntSupplier watchers, Runnable wake) {
        this.config = parts.config();
        this.source = parts.source();
        this.tracks = parts.tracks();
        this.offer = parts.offer();
        this.hiding = parts.hiding();
        this.failures = new Failures(config);
        this.clock = parts.clock();
        this.awaited = source.awaited().orElse(null);
        this.watchers = watchers;
        this.wake = wake;
        this.placeholder = new Placeholder(config, tracks.of(TrackId.main(Encoding.JPEG)), clock);
    }

    CameraState state() {
        return state;
    }

    /** Returns whether the source is starting and has not said what it gives. */
    boolean loading() {
        CameraSession current = session;
        return state instanceof Starting && current != null && !current.told();
    }

    SessionStats sessionStats() {
        CameraSession current = session;
        return current == null ? SessionStats.NONE : current.stats();
    }

    /** Returns when the running session's first frame came, on the monotonic clock; empty before that. */
    OptionalLong firstFrameNanos() {
        CameraSession current = session;
        return current != null && current.hasFrames()
                ? OptionalLong.of(current.firstFrameNanos())
                : OptionalLong.empty();
    }

    /** Returns what is known of the running session's sound; empty if none runs, or nothing is known yet. */
    Optional<SoundProspect> sound() {
        CameraSession current = session;
        Optional<Track> track = tracks.sound();
        if (current == null || track.isEmpty()) {
            return Optional.empty();
        }
        if (current.gives(track.get().id())) {
            return Optional.of(SoundProspect.CERTAIN);
        }
        return current.hasFrames() ? Optional.of(SoundProspect.NONE) : Optional.empty();
    }

    /** Returns who turns the running session's pictures, by encoding; empty if none runs, or nothing is to be turned. */
    Map<Encoding, Turning> turning() {
        CameraSession current = session;
        return current == null || !current.hasFrames() || config.turn().isEmpty()
                ? Map.of()
                : Turning.of(current, tracks);
    }

    void watcherLeft() {
        lastLeaveNanos = clock.nanoTime();
    }

    void requestKeyFrame() {
        CameraSession current = session;
        if (current != null) {
            current.requestKeyFrame();
        }
        tracks.derived().forEach(DerivedFeed::requestKeyFrame);
    }

    void suggestKeyFrame() {
        CameraSession current = session;
        if (current != null) {
            current.suggestKeyFrame();
        }
        tracks.derived().forEach(DerivedFeed::requestKeyFrame);
    }

    @Override
    public long run(long nowNanos) {
        if (closed) {
            return Long.MAX_VALUE;
        }
        Optional<Curtain> curtain = hiding.curtain();
        if (curtain.isPresent() && curtain.get().hides()) {
            return hide(curtain.get(), nowNanos);
        }
        boolean wanted = config.running().run() == CameraConfig.Run.ALWAYS || watchers.getAsInt() > 0 || published();
        CameraSession current = session;
        CameraState before = state;
        long waitNanos = current == null ? rest(nowNanos, wanted) : follow(current, nowNanos, wanted);
        waitNanos = tracks.clear() ? Math.min(waitNanos, DerivedFeed.END_TICK_NANOS) : waitNanos;
        if (state != before) {
            wake.run(); // so that viewers learn of it at once, not with the next tick
        }
        boolean scheduled = curtain.isPresent() && curtain.get().privacy().scheduled();
        return scheduled ? Math.min(waitNanos, Privacy.LOOK_NANOS) : waitNanos;
    }

    /** Leaves the session to {@code curtain} while the camera is private. */
    private long hide(Curtain curtain, long nowNanos) {
        CameraState before = state;
        failures.forget();
        placeholder.forget();
        boolean known = offer.hold(true);
        session = curtain.run(session, nowNanos, watchers.getAsInt() > 0);
        state = curtain.state(before);
        if (!curtain.hides()) {
            offer.hold(false);
        }
        CameraSession card = session;
        long waitNanos = curtain.waitNanos();
        if (card != null && card.card()) {
            waitNanos = Math.min(waitNanos, derive(card, nowNanos));
        }
        waitNanos = tracks.clear() ? Math.min(waitNanos, DerivedFeed.END_TICK_NANOS) : waitNanos;
        if (!state.equals(before) || !known) {
            wake.run();
        }
        return waitNanos;
    }

    private boolean published() {
        return awaited != null && awaited.present();
    }

    /** Handles a camera without a session: starts one if it is wanted and due. Returns the time until the next look. */
    private long rest(long nowNanos, boolean wanted) {
        tracks.derived().forEach(DerivedFeed::stop);
        if (awaited != null && !awaited.present()) {
            return awaitPublisher(awaited, nowNanos);
        }
        if (!wanted) {
            settle(nowNanos);
            return Long.MAX_VALUE;
        }
        if (state instanceof Ended) {
            placeholder.show(state.reason());
            return Long.MAX_VALUE;
        }
        if (state.retry().isPresent()) {
            placeholder.show(state.reason());
            long dueNanos = state.retry().get().atNanos() - nowNanos;
            if (dueNanos > 0) {
                return dueNanos;
            }
        }
        start(nowNanos);
        return TimeUnit.SECONDS.toNanos(1);
    }

    /** Holds the viewers for a while and shows them the reason in the picture's place. */
    private long awaitPublisher(Awaited publisher, long nowNanos) {
        Awaiting known = state instanceof Awaiting same ? same : new Awaiting(nowNanos, "", /* over= */ false);
        long lingerNanos = publisher.linger().toNanos() - (nowNanos - known.sinceNanos());
        boolean watched = watchers.getAsInt() > 0;
        boolean over = lingerNanos <= 0;
        String sentence = publisher.absence();
        if (over != known.over() || !sentence.equals(known.sentence())) {
            state = new Awaiting(known.sinceNanos(), sentence, over);
        }
        failures.forget();
        if (watched) {
            placeholder.show(sentence);
        } else if (over) {
            releaseMemory();
            placeholder.forget();
        }
        return over ? Long.MAX_VALUE : lingerNanos;
    }

    /** Releases everything because nobody watches. A failure is remembered until a start works. */
    private void settle(long nowNanos) {
        boolean settled = state instanceof Idle || (state.retry().isPresent() && !state.failing());
        if (!settled) {
            releaseMemory();
            state = failures.atRest(nowNanos);
            failures.pause();
            placeholder.forget();
        }
    }

    private void start(long nowNanos) {
        tracks.feeds().forEach(feed -> {
            feed.forgetRefusal();
            feed.markGap();
        });
        state = new Starting(nowNanos, failures.reason());
        session = CameraSession.start(source, tracks, clock, wake);
    }

    private long follow(CameraSession current, long nowNanos, boolean wanted) {
        Optional<CameraSession.End> end = current.end();
        if (end.isPresent()) {
            session = null;
            ended(current, end.get(), nowNanos, wanted);
            return 0;
        }
        if (state instanceof Stopping || state instanceof Refused) {
            return TimeUnit.SECONDS.toNanos(1);
        }
        Optional<BudgetExceededException> refusal = refusal(current);
        if (refusal.isPresent()) {
            current.stop();
            state = failures.noRoom(String.valueOf(refusal.get().getMessage()), nowNanos);
            return TimeUnit.SECONDS.toNanos(1);
        }
        if (state instanceof Starting && current.hasFrames()) {
            live(nowNanos);
        }
        String refusedWhy = current.refusedWhy();
        long refusedNanos = refusedWhy.isEmpty() ? Long.MAX_VALUE : refusedNanos(current, nowNanos);
        if (refusedNanos <= 0) {
            current.stop();
            state = failures.unusable(refusedWhy, nowNanos);
            return TimeUnit.SECONDS.toNanos(1);
        }
        long derivedNanos = Math.min(refusedNanos, derive(current, nowNanos));
        if (wanted) {
            return derivedNanos;
        }
        long lingerNanos = config.running().linger().toNanos() - (nowNanos - lastLeaveNanos);
        if (lingerNanos > 0) {
            return Math.min(lingerNanos, derivedNanos);
        }
        tracks.derived().forEach(DerivedFeed::stop);
        current.stop();
        state = new Stopping(nowNanos);
        return TimeUnit.SECONDS.toNanos(1);
    }

    private void live(long nowNanos) {
        failures.forget();
        placeholder.forget();
        state = new Live(nowNanos);
    }

    /** Returns the time left until the source is given up because none of its frames are accepted; 0 or less once it is given up. */
    private static long refusedNanos(CameraSession current, long nowNanos) {
        long sinceNanos = nowNanos - current.refusedNanos();
        if (current.refusedForNanos() >= REFUSAL_PATIENCE_NANOS) {
            return 0;
        }
        long left = LONE_REFUSAL_PATIENCE_NANOS - sinceNanos;
        return left <= 0 ? left : Math.max(REFUSAL_LOOK_NANOS, REFUSAL_PATIENCE_NANOS - sinceNanos);
    }

    /** Starts, stops and watches the derivations of what the source lacks. Returns the time until the next look. */
    private long derive(CameraSession current, long nowNanos) {
        if (!current.hasFrames()) {
            return Long.MAX_VALUE; // it is not known yet what the source gives
        }
        long nanos = Long.MAX_VALUE;
        for (DerivedFeed made : tracks.derived()) {
            if (!current.gives(made.track()) && !offer.natively(made.track())) {
                nanos = Math.min(nanos, made.run(nowNanos, current));
            } else {
                made.stop(); // the source has begun to give the track itself
            }
        }
        return nanos;
    }

    private void ended(CameraSession over, CameraSession.End end, long nowNanos, boolean wanted) {
        if (state instanceof Refused) {
            return; // the reason remains; rest() tries again when due
        }
        if (awaited != null) {
            state = new Awaiting(nowNanos, awaited.absence(), /* over= */ false);
            return;
        }
        if (end.reason() == null) {
            releaseMemory();
            state = failures.atRest(nowNanos);
            return;
        }
        CaptureException reason = withRefusals(end.reason(), over.refusedWhy());
        if (reason.kind() == CaptureException.Kind.ENDED) {
            state = new Ended(String.valueOf(reason.getMessage()));
            LOG.log(Level.INFO, CameraConfig.called(config.id()) + ": " + reason.getMessage());
            return;
        }
        state = failures.failed(reason, nowNanos, wanted);
    }

    /** Adds why frames were refused, which says more than that there were none. */
    private static CaptureException withRefusals(CaptureException reason, String why) {
        return why.isEmpty() ? reason : new CaptureException(reason.kind(), reason.getMessage() + " " + why, reason);
    }

    /** Returns the refusal of memory for a ring of pictures that the source fills. Derived tracks and sound fail on their own. */
    private Optional<BudgetExceededException> refusal(CameraSession current) {
        for (Feed feed : tracks.feeds()) { // some times a second, where a stream costs more
            boolean asked = feed.encoding().medium() == Medium.VIDEO && current.gives(feed.track());
            Optional<BudgetExceededException> refusal = asked ? feed.refusal() : Optional.empty();
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        return Optional.empty();
    }

    private void releaseMemory() {
        tracks.feeds().forEach(Feed::releaseMemory);
    }

    /** Called when the pump has ended. */
    @Override
    public void close() {
        closed = true;
        tracks.derived().forEach(DerivedFeed::stop);
        CameraSession current = session;
        if (current != null) {
            current.stop();
            if (!current.awaitEnd(STOP_PATIENCE_MILLIS)) {
                LOG.log(
                        Level.WARNING,
                        CameraConfig.called(config.id()) + ": " + source.description()
                                + " does not stop; it is left to end by itself.");
            }
        }
        for (DerivedFeed made : tracks.derived()) {
            if (!made.awaitOver(DerivedFeed.PATIENCE_MILLIS)) {
                LOG.log(
                        Level.WARNING,
                        CameraConfig.called(config.id()) + ": the encoder of " + made.track() + " does not stop.");
            }
        }
        releaseMemory();
    }
}
