package dev.perch.camera;

import dev.perch.codec.Derivation;
import dev.perch.codec.Deriver;
import dev.perch.codec.Target;
import dev.perch.config.CameraConfig;
import dev.perch.feed.Feed;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.FrameTime;
import dev.perch.media.Orientation;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A track that one of its recipes makes while the source does not give it, as long as somebody watches it and for a linger after. Methods belong to
 * the pump's thread unless they say otherwise.
 */
final class DerivedFeed {
    /** How long the end of an external program is waited for: it takes 3 s at most. */
    static final long PATIENCE_MILLIS = 4_000;

    private static final long TICK_NANOS = 250_000_000L;

    /** The pace at which a stopped derivation is checked: nobody reports its end, and the next one cannot start before. */
    static final long END_TICK_NANOS = 20_000_000L;

    private enum Mode {
        NONE,
        /** Every frame is made. */
        STREAM,
        /** Only single pictures are made, from key frames. */
        PICTURES
    }

    private final String cameraId;
    private final long lingerNanos;
    private final long warmUpNanos;
    private final Encoding encoding;
    private final Feed feed;
    private final List<Recipe> recipes;
    private final Function<TrackId, Feed> feeds;
    private final Deriver deriver;
    private final Demand demand;
    private final Runnable wake;
    private final Function<Orientation, Target> target;
    private final ReentrantLock turn = new ReentrantLock();
    private final DerivedTally tally = new DerivedTally();

    private Mode mode = Mode.NONE;
    private @Nullable TurnSink sink;
    private volatile @Nullable Derivation running; // written by the pump, read by the source's thread
    private volatile boolean singly; // the pump writes, viewers read: single pictures are made otherwise
    private volatile @Nullable String held; // written by the watch on memory, read by the pump
    private volatile boolean withheld; // held, and not given by the source: pump and resume write, viewers read
    private final Setback streams; // retried by itself: pictures do not wait for streams
    private final Setback pictures;

    /**
     * Creates a feed that makes nothing yet.
     *
     * @param settings the camera's id, linger and warm-up
     * @param feed the ring of the track to make
     * @param recipes the ways to make it, the preferred one first
     * @param feeds the rings of the tracks that it may be made from
     */
    DerivedFeed(CameraConfig settings, Feed feed, List<Recipe> recipes, Function<TrackId, Feed> feeds, Parts parts) {
        this.cameraId = settings.id();
        this.lingerNanos = parts.linger().toNanos();
        this.warmUpNanos = settings.running().warmUp().toNanos();
        this.encoding = feed.encoding();
        this.feed = feed;
        this.recipes = recipes;
        this.feeds = feeds;
        this.singly = recipes.stream().anyMatch(Recipe::singly);
        this.deriver = parts.deriver();
        this.demand = parts.demand();
        this.wake = parts.wake();
        this.target = parts.target();
        String name = CameraConfig.called(cameraId) + " has no " + feed.track();
        this.streams = new Setback(name, parts.clock());
        this.pictures = new Setback(name + " picture", parts.clock());
    }

    /**
     * The parts that all derivations of a track share.
     *
     * @param demand who wants the track
     * @param wake makes the pump look
     * @param target what to make, by how the source's pictures are turned
     * @param linger how long to continue after the last viewer
     */
    record Parts(
            Deriver deriver,
            Demand demand,
            Clock clock,
            Runnable wake,
            Function<Orientation, Target> target,
            Duration linger) {}

    TrackId track() {
        return feed.track();
    }

    /**
     * Starts, changes or stops the derivation as needed.
     *
     * @return in how many nanoseconds to call again at the latest
     */
    long run(long nowNanos, CameraSession session) {
        withheld = held != null;
        Optional<Recipe> recipe =
                recipes.stream().filter(each -> each.possible(session)).findFirst();
        singly = recipe.isPresent() && recipe.get().singly();
        Derivation present = running;
        if (present != null) {
            return follow(present, nowNanos);
        }
        if (recipe.isEmpty() || !deriver.makes(encoding)) {
            return Long.MAX_VALUE;
        }
        Mode wanted = wanted(nowNanos);
        if (wanted != Mode.NONE) {
            start(recipe.get(), wanted, session);
            return TICK_NANOS;
        }
        boolean failed = demand.all() > 0 && !withheld;
        return failed ? Math.min(streams.pauseNanos(nowNanos), pictures.pauseNanos(nowNanos)) : Long.MAX_VALUE;
    }

    private long follow(Derivation present, long nowNanos) {
        if (present.over()) {
            ended(present);
            if (demand.all() == 0 || withheld) {
                feed.releaseMemory();
            }
            return 0;
        }
        if (sink != null && sink.published()) {
            of(mode).succeeded();
        }
        if (sink != null && feed.refusal().isPresent()) {
            fail(
                    of(mode),
                    new CaptureException(
                            Kind.NO_ROOM, String.valueOf(feed.refusal().get().getMessage())));
            stop();
        }
        Mode wanted = wanted(nowNanos);
        if (wanted != mode) {
            stop();
            return END_TICK_NANOS;
        }
        return TICK_NANOS;
    }

    private void ended(Derivation present) {
        tally.ended(present);
        running = null;
        closeSink();
        mode = Mode.NONE;
    }

    /**
     * Stops the derivation for good.
     *
     * @return whether it has ended
     */
    boolean retire() {
        stop();
        Derivation present = running;
        if (present != null && present.over()) {
            ended(present);
        }
        return running == null;
    }

    private Mode wanted(long nowNanos) {
        if (withheld) {
            return Mode.NONE;
        }
        boolean streamable = mode == Mode.STREAM || streams.pauseNanos(nowNanos) == 0;
        boolean lingers = mode == Mode.STREAM && nowNanos - demand.lastLeaveNanos() < lingerNanos;
        if (!singly) {
            return (demand.all() > 0 && streamable) || lingers ? Mode.STREAM : Mode.NONE;
        }
        boolean streamLingers = mode == Mode.STREAM && nowNanos - demand.lastStreamLeaveNanos() < lingerNanos;
        if ((demand.streams() > 0 && streamable) || streamLingers) {
            return Mode.STREAM;
        }
        boolean picturesDue = mode == Mode.PICTURES || pictures.pauseNanos(nowNanos) == 0;
        boolean pictureLingers = mode == Mode.PICTURES && nowNanos - demand.lastLeaveNanos() < lingerNanos;
        return (demand.pictures() > 0 && picturesDue) || pictureLingers ? Mode.PICTURES : Mode.NONE;
    }

    private Setback of(Mode what) {
        return what == Mode.PICTURES ? pictures : streams;
    }

    private void start(Recipe recipe, Mode wanted, CameraSession session) {
        tally.started();
        of(wanted).over();
        feed.forgetRefusal();
        feed.markGap();
        TurnSink open = new TurnSink(feed, turn);
        sink = open;
        mode = wanted;
        Consumer<CaptureException> failed = reason -> fail(of(wanted), reason);
        double rate = session.stats().framesPerSecond();
        Target making = target.apply(session.turn());
        if (recipe.source().isEmpty()) {
            running = deriver.ofPictures(making, rate, open, failed);
        } else {
            TrackId source = recipe.source().get();
            RingReader frames = new RingReader(feeds.apply(source));
            long warmNanos = session.firstFrameNanos() + warmUpNanos;
            running = wanted == Mode.PICTURES
                    ? deriver.ofKeyFrames(
                            making,
                            frames,
                            nanos -> nanos - warmNanos >= 0 && demand.wantsPictureOf(nanos),
                            open,
                            failed)
                    : deriver.ofFrames(making, source.encoding(), frames, rate, open, failed);
        }
        frameCame(); // a frame that came before running was set has woken nobody
    }

    /**
     * Stops the derivation until {@link #resume}. Any thread.
     *
     * @return whether the track was being made
     */
    boolean hold(String reason) {
        held = reason;
        boolean made = running != null;
        wake.run();
        return made;
    }

    /** Allows the derivation again. Any thread. */
    void resume() {
        held = null;
        withheld = false;
        wake.run();
    }

    /** Stops the derivation; its frames are not published any more. It ends later: see {@link #awaitOver}. */
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

    private void fail(Setback what, CaptureException reason) {
        tally.failed();
        what.failed(String.valueOf(reason.getMessage()));
        wake.run();
    }

    /** Returns why no stream of this track is made now, as a sentence; empty if one is made, or can be tried. Any thread. */
    Optional<String> trouble() {
        return withholding().or(streams::trouble);
    }

    /** Returns why no single picture of this track is made now, as a sentence; empty if one is made, or can be tried. Any thread. */
    Optional<String> troubleOfPictures() {
        return withholding().or((singly ? pictures : streams)::trouble);
    }

    private Optional<String> withholding() {
        return withheld ? Optional.ofNullable(held) : Optional.empty();
    }

    /** Returns whether the derivation takes pictures. Called on the source's thread, like the next two. */
    boolean running() {
        return running != null;
    }

    /** Takes a picture of the source and closes it. */
    void accept(RawPicture picture) {
        Derivation present = running;
        if (present == null) {
            picture.close();
        } else {
            present.accept(picture);
        }
    }

    /** Called when a track that this one may be made from has another frame. */
    void frameCame() {
        Derivation present = running;
        if (present != null) {
            present.frameCame();
        }
    }

    /**
     * Shows {@code jpeg} to the viewers while nothing runs.
     *
     * @return false when there is no room for it now, or a stopped derivation is still copying a frame
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

    /**
     * Waits for the derivation's end, after {@link #stop}.
     *
     * @return false if it takes longer
     */
    boolean awaitOver(long millis) {
        Derivation present = running;
        return present == null || present.awaitOver(millis);
    }

    /** Returns the counts so far. Any thread. */
    DerivedFigures figures() {
        return tally.figures(feed.track(), running);
    }
}
