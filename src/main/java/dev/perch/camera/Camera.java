package dev.perch.camera;

import dev.perch.codec.Deriver;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.feed.Feed;
import dev.perch.feed.Outlet;
import dev.perch.feed.Packager;
import dev.perch.feed.Pump;
import dev.perch.media.CaptureException;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One camera: runs while somebody watches (or always), stops after a linger, comes back after a loss while its viewers stay.
 *
 * <p>Safe from any thread. Its states change on its pump's thread only, which {@link CameraControl} runs on.
 */
public final class Camera implements AutoCloseable {
    private final CameraConfig config;
    private final Source source;
    private final Clock clock;
    private final Offer offer;
    private final Tracks tracks;
    private final CameraControl control;
    private final @Nullable CameraControls deviceControls;
    private final Pump pump;
    private final AtomicLong served = new AtomicLong();

    private Camera(CameraConfig config, Source source, ArenaPool pool, Clock clock) {
        this.config = config;
        this.source = source;
        this.clock = clock;
        Deriver deriver = new Deriver(config, pool);
        this.offer = new Offer(config.id(), source, deriver::makes);
        this.tracks = Tracks.of(new Tracks.Parts(config, pool, deriver, clock), this::wake, this::wake);
        this.control = new CameraControl(
                new CameraControl.Parts(config, source, tracks, offer, clock), this::watchers, this::wake);
        this.pump = new Pump(
                "perch-" + config.id() + "-pump", control, pool.budget().faults(), clock);
        this.deviceControls = source.controls()
                .map(controls -> new CameraControls(config.id(), source.description(), controls))
                .orElse(null);
    }

    /**
     * Makes a camera and starts its pump, which starts the source as soon as it is wanted.
     *
     * @param source what it shows; used by this camera only
     * @param pool where the rings' arenas come from
     */
    public static Camera start(CameraConfig config, Source source, ArenaPool pool) {
        return start(config, source, pool, Clock.SYSTEM);
    }

    /**
     * Likewise, by another clock.
     *
     * @param clock what lingers and pauses are measured by
     */
    static Camera start(CameraConfig config, Source source, ArenaPool pool, Clock clock) {
        Camera camera = new Camera(config, source, pool, clock);
        camera.offer.ask();
        camera.pump.start();
        return camera;
    }

    private void wake(Feed news) {
        pump.wake(news);
    }

    /** Makes the pump look at once. */
    void wake() {
        pump.wake();
    }

    /** Its name in addresses. */
    public String id() {
        return config.id();
    }

    /** How it is configured. */
    public CameraConfig config() {
        return config;
    }

    /** What its source is called: {@code /dev/video0}, {@code demo}. */
    public String sourceName() {
        return source.description();
    }

    /** Its source, for what only that kind of source can tell. */
    public Source source() {
        return source;
    }

    /** The controls of its device; empty when its source has none. */
    public Optional<CameraControls> controls() {
        return Optional.ofNullable(deviceControls);
    }

    /** What it is doing. */
    public CameraState state() {
        return control.state();
    }

    /** The formats that it gives, as far as they are known already; never waits. */
    public Set<Encoding> knownOffer() {
        return offer.known();
    }

    /** Whether its source is known to give {@code encoding} itself, so that nothing has to be encoded; never waits. */
    public boolean natively(Encoding encoding) {
        return offer.natively(TrackId.main(encoding));
    }

    /** Why its formats are not known, a sentence; empty when they are, or are still being asked for; never waits. */
    public String offerTrouble() {
        return offer.trouble();
    }

    /** The rings of all its tracks. */
    public List<Feed> feeds() {
        return tracks.feeds();
    }

    /**
     * The ring of one track.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    public Feed feed(TrackId track) {
        return tracks.of(track).feed();
    }

    /** The ring of the main rendition in one encoding. */
    public Feed feed(Encoding encoding) {
        return feed(TrackId.main(encoding));
    }

    /** What the running session counted; {@link SessionStats#NONE} while none runs. */
    public SessionStats sessionStats() {
        return control.sessionStats();
    }

    /** How many watch now. */
    public int watchers() {
        int watchers = 0;
        for (Track track : tracks.all()) {
            watchers += track.demand().all();
        }
        return watchers;
    }

    /** How many have watched since the start. */
    public long served() {
        return served.get();
    }

    /**
     * Starts watching: the camera starts if it is idle.
     *
     * @param packager whose heads the viewer wants; null for none
     * @throws UnavailableException when the camera never gives {@code encoding}, or cannot give anything now
     */
    public Watch watch(Encoding encoding, @Nullable Packager packager) throws UnavailableException {
        Track track = tracks.of(TrackId.main(encoding));
        Interest interest = interest(track);
        requirePossible(encoding, interest);
        return watch(track, packager, interest);
    }

    /**
     * Starts watching whatever the camera does now: one that is lost or refused is waited for, as those wait who were there before.
     *
     * @param packager whose heads the viewer wants; null for none
     */
    public Watch watchPatiently(Encoding encoding, @Nullable Packager packager) {
        Track track = tracks.of(TrackId.main(encoding));
        return watch(track, packager, interest(track));
    }

    private static Interest interest(Track track) {
        Demand demand = track.demand();
        return new Interest(demand::joined, demand::left, () -> trouble(track));
    }

    /**
     * Waits for one JPEG: as {@link #watch}, but a source of H.264 alone has but one picture decoded for it.
     *
     * @param oldestNanos the earliest time of capture that will do, on the monotonic clock
     */
    public Watch watchForPicture(long oldestNanos) throws UnavailableException {
        Track track = tracks.of(TrackId.main(Encoding.JPEG));
        Demand demand = track.demand();
        Interest interest = new Interest(
                () -> demand.joinedForPicture(oldestNanos),
                () -> demand.leftWithPicture(oldestNanos),
                () -> track.derived().flatMap(DerivedFeed::troubleOfPictures));
        requirePossible(Encoding.JPEG, interest);
        Watch watch = watch(track, /* packager= */ null, interest);
        if (natively(Encoding.H264) && keyFrameHelps()) {
            control.requestKeyFrame();
        }
        return watch;
    }

    /** A device sends one when asked; a command cannot be asked, and is started anew in the end, which a picture is not worth that can be made of what there is. */
    private boolean keyFrameHelps() {
        Feed video = feed(Encoding.H264);
        return !(config.source() instanceof SourceConfig.Command)
                || (video.lacksKeyFrame() && video.keptKeyFrame().isEmpty());
    }

    /**
     * What a watch demands.
     *
     * @param trouble why it cannot be had now, a sentence; empty when it can
     */
    private record Interest(Runnable join, Runnable leave, Supplier<Optional<String>> trouble) {}

    private void requirePossible(Encoding encoding, Interest interest) throws UnavailableException {
        requireOffered(encoding);
        CameraState now = state();
        boolean heldByOthers = watchers() > 0 || config.running().run() == CameraConfig.Run.ALWAYS;
        if (heldByOthers && now.failing()) {
            throw new UnavailableException(UnavailableException.Kind.LATER, now.reason(), offer.known());
        }
        Optional<String> trouble = interest.trouble().get();
        if (trouble.isPresent()) {
            throw new UnavailableException(UnavailableException.Kind.LATER, trouble.get(), offer.known());
        }
    }

    /** Joins the feed first: who counts as a watcher misses no frame. */
    private Watch watch(Track track, @Nullable Packager packager, Interest interest) {
        served.incrementAndGet();
        Feed feed = track.feed();
        Watch watch =
                new Watch(this, feed.join(packager), feed.stats().dropped(), interest.leave(), interest.trouble());
        interest.join().run();
        if (feed.lacksKeyFrame()) {
            control.requestKeyFrame();
        }
        pump.wakeControl();
        return watch;
    }

    /** Asks what makes its H.264 for a key frame that somebody waits for; does nothing where that cannot be asked, or nothing runs. */
    public void requestKeyFrame() {
        control.requestKeyFrame();
    }

    /** Asks for a key frame that nobody waits for, as {@link #requestKeyFrame}; no source is started anew for it. */
    public void suggestKeyFrame() {
        control.suggestKeyFrame();
    }

    /** Shortens its rings to one GOP each and keeps them so, or lets them grow again. @return bytes given back */
    public long saveRings(boolean on) {
        return tracks.feeds().stream().mapToLong(feed -> feed.save(on)).sum();
    }

    /** Ends what makes formats that its source does not give, until {@link #resumeDerived}. @return the formats that were being made */
    public Set<Encoding> holdDerived(String reason) {
        Set<Encoding> made = EnumSet.noneOf(Encoding.class);
        tracks.derived().stream()
                .filter(each -> each.hold(reason))
                .forEach(each -> made.add(each.track().encoding()));
        return made;
    }

    /** What was done for the formats that its source does not give. */
    public List<DerivedFigures> derivations() {
        return tracks.derived().stream().map(DerivedFeed::figures).toList();
    }

    /** Lets these formats be made again. */
    public void resumeDerived() {
        tracks.derived().forEach(DerivedFeed::resume);
    }

    /** Returns why no stream of {@code encoding} is made of what the source gives, a sentence; empty if one can be, or need not be. Never waits. */
    public Optional<String> trouble(Encoding encoding) {
        return trouble(tracks.of(TrackId.main(encoding)));
    }

    private static Optional<String> trouble(Track track) {
        return track.derived().flatMap(DerivedFeed::trouble);
    }

    /** When the running source's first frame came, on the monotonic clock; empty before. */
    public OptionalLong firstFrameNanos() {
        return control.firstFrameNanos();
    }

    /**
     * Checks that the camera gives {@code encoding}, asking the device if need be; never starts it.
     *
     * @throws UnavailableException when it does not, or the device gives no answer
     */
    public void requireOffered(Encoding encoding) throws UnavailableException {
        Set<Encoding> encodings;
        try {
            encodings = offer.encodings();
        } catch (CaptureException unknown) {
            throw new UnavailableException(
                    UnavailableException.Kind.LATER, String.valueOf(unknown.getMessage()), Set.of());
        }
        if (!encodings.contains(encoding)) {
            throw new UnavailableException(
                    UnavailableException.Kind.FORMAT,
                    "Camera " + id() + " (" + source.description() + ") gives no " + encoding
                            + ", and the configuration lets none be made (encoder or jpeg-encoder: off).",
                    encodings);
        }
    }

    void left() {
        control.watcherLeft();
        pump.wakeControl();
    }

    void serve(Outlet outlet, Feed feed) {
        pump.add(outlet, List.of(feed));
    }

    void unserve(Outlet outlet) {
        pump.remove(outlet);
    }

    /** Ends the pump and the source; waits for both shortly, never for a stuck device. */
    @Override
    public void close() {
        pump.close();
        control.close();
        if (deviceControls != null) {
            deviceControls.close();
        }
    }
}
