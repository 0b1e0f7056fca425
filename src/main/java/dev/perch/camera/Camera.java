package dev.perch.camera;

import dev.perch.codec.Deriver;
import dev.perch.config.CameraConfig;
import dev.perch.config.SourceConfig;
import dev.perch.feed.Feed;
import dev.perch.feed.Outlet;
import dev.perch.feed.Packager;
import dev.perch.feed.Pump;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import dev.perch.memory.ArenaPool;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One camera. It runs while somebody watches (or always), stops after a linger, and comes back after a loss while its viewers stay.
 *
 * <p>Safe from any thread. {@link CameraControl} changes its state, on the pump's thread only.
 */
public final class Camera implements AutoCloseable {
    private final CameraConfig config;
    private final Source source;
    private final Offer offer;
    private final Availability availability;
    private final Tracks tracks;
    private final Clock clock;
    private final Hiding hiding;
    private final Derivations derivations;
    private final CameraSound sound;
    private final CameraControl control;
    private final @Nullable CameraControls deviceControls;
    private final Pump pump;
    private final AtomicLong served = new AtomicLong();

    private Camera(CameraConfig config, Source source, ArenaPool pool, Clock clock, boolean switched) {
        this.clock = clock;
        this.config = config;
        this.source = source;
        Deriver deriver = new Deriver(config, pool);
        this.offer = new Offer(config.id(), source, deriver::makes, () -> tracks().turns());
        this.availability = new Availability(config, source, offer, deriver);
        this.tracks = Tracks.of(new Tracks.Parts(config, pool, deriver, clock), this::wake, this::wake);
        this.derivations = new Derivations(tracks);
        this.hiding = new Hiding(config, tracks, clock, this::wake);
        this.control = new CameraControl(
                new CameraControl.Parts(config, source, tracks, offer, hiding, clock), this::watchers, this::wake);
        this.sound = new CameraSound(this, tracks, control);
        if (hiding.begin(switched)) {
            offer.hold(true);
        }
        this.pump = new Pump(
                "perch-" + config.id() + "-pump", control, pool.budget().faults(), clock);
        this.deviceControls = source.controls()
                .map(controls -> new CameraControls(config.id(), source.description(), controls))
                .orElse(null);
    }

    /**
     * Makes a camera and starts its pump, which starts the source as soon as it is wanted.
     *
     * @param source used by this camera only
     * @param pool the rings take their arenas from it
     */
    public static Camera start(CameraConfig config, Source source, ArenaPool pool) {
        return start(config, source, pool, Clock.SYSTEM);
    }

    /** Does the same with another clock, by which lingers, pauses and the patience with viewers are measured. */
    public static Camera start(CameraConfig config, Source source, ArenaPool pool, Clock clock) {
        return start(config, source, pool, clock, /* switched= */ false);
    }

    /**
     * Does the same with a camera that an operator may have made private before.
     *
     * @param switched whether that is so: the device is not touched then
     */
    public static Camera start(CameraConfig config, Source source, ArenaPool pool, Clock clock, boolean switched) {
        Camera camera = new Camera(config, source, pool, clock, switched);
        camera.offer.ask();
        source.awaited().ifPresent(publisher -> publisher.onChange(camera::wake));
        camera.pump.start();
        return camera;
    }

    /** Returns the clock that it goes by. */
    public Clock clock() {
        return clock;
    }

    // ---- privacy

    /** Returns whether and why it is private; empty if nobody has ever asked for that. */
    public Optional<Privacy> privacy() {
        return hiding.curtain().map(Curtain::privacy);
    }

    /** Returns whether it is private, or is just becoming so or being shown again. */
    public boolean hidden() {
        return hiding.curtain().filter(Curtain::hides).isPresent();
    }

    /** Returns whether it is private to the end: whatever frame is captured from now on is of the card, until {@link #hidden} is false. */
    public boolean covered() {
        return hiding.curtain().filter(Curtain::covers).isPresent();
    }

    /** Has {@code eraser} run whenever what is kept of its pictures is to be erased. On the pump's thread, so it must not wait. */
    public void onErase(Runnable eraser) {
        hiding.onErase(eraser);
    }

    /**
     * Makes it private by an operator's word, or takes that back, and waits for it: until its device is closed and nothing is kept of its pictures any more.
     *
     * @return false if that takes longer than some seconds
     */
    public boolean setPrivate(boolean on) throws InterruptedException {
        return hiding.switchTo(on, pump::wakeControl);
    }

    // ---- its parts

    /** Runs the pump at once. */
    void wake() {
        pump.wake();
    }

    private void wake(Feed news) {
        pump.wake(news);
    }

    /** The name in addresses. */
    public String id() {
        return config.id();
    }

    public CameraConfig config() {
        return config;
    }

    /** The name of its source: {@code /dev/video0}, {@code demo}. */
    public String sourceName() {
        return source.description();
    }

    /** Returns its source, for facts that only one kind of source has. */
    public Source source() {
        return source;
    }

    /** Returns the controls of its device; empty if its source has none. */
    public Optional<CameraControls> controls() {
        return Optional.ofNullable(deviceControls);
    }

    public CameraState state() {
        return control.state();
    }

    /** Returns the encodings that it gives, as far as they are known already; never waits. */
    public Set<Encoding> knownOffer() {
        return offer.known();
    }

    /** Returns true if its source is known to give {@code encoding} itself, so that nothing has to be encoded; never waits. */
    public boolean natively(Encoding encoding) {
        return offer.natively(TrackId.main(encoding));
    }

    /** Returns its sound, which it may not have. */
    public CameraSound sound() {
        return sound;
    }

    /** Returns why its encodings are not known, as a sentence; empty if they are, or the device is still being asked; never waits. */
    public String offerTrouble() {
        return offer.trouble();
    }

    /** Returns the rings of all its tracks. */
    public List<Feed> feeds() {
        return tracks.feeds();
    }

    /**
     * Returns the ring of one track.
     *
     * @throws IllegalArgumentException if the camera has no such track
     */
    public Feed feed(TrackId track) {
        return tracks.of(track).feed();
    }

    /** Returns the ring of the main rendition in one encoding. */
    public Feed feed(Encoding encoding) {
        return feed(TrackId.main(encoding));
    }

    /** Returns true while the source is starting and has not told what it gives: its program is loading, or its device opens. */
    public boolean loading() {
        return control.loading();
    }

    /** Returns the counts of the running session; {@link SessionStats#NONE} if none runs. */
    public SessionStats sessionStats() {
        return control.sessionStats();
    }

    /** Returns who turns the pictures of the running session, by encoding; empty if none runs, or nothing is to be turned. */
    public Map<Encoding, Turning> turning() {
        return control.turning();
    }

    /** The number of those who watch now. */
    public int watchers() {
        int watchers = 0;
        for (Track track : tracks.all()) {
            watchers += track.demand().all();
        }
        return watchers;
    }

    /** The number of those who have watched since the start. */
    public long served() {
        return served.get();
    }

    /** Starts watching the main rendition in one encoding. */
    public Watch watch(Encoding encoding, @Nullable Packager packager) throws UnavailableException {
        return watch(TrackId.main(encoding), packager);
    }

    /**
     * Starts watching a track, and the camera if it is idle.
     *
     * @param packager makes the heads that the viewer sends; null if it sends none
     * @throws UnavailableException if the camera never gives that encoding, or cannot give anything now
     * @throws IllegalArgumentException if the camera has no such track
     */
    public Watch watch(TrackId id, @Nullable Packager packager) throws UnavailableException {
        Track track = tracks.of(id);
        Interest interest = Interest.stream(track);
        requireOffered(id);
        availability.requirePossible(interest, state(), watchers());
        return watch(track, packager, interest);
    }

    /** Starts watching the main rendition in one encoding, in whatever state the camera is. */
    public Watch watchPatiently(Encoding encoding, @Nullable Packager packager) {
        return watchPatiently(TrackId.main(encoding), packager);
    }

    /**
     * Starts watching a track in whatever state the camera is. If it is lost or refused, the viewer waits like those who were there before.
     *
     * @param packager makes the heads that the viewer sends; null if it sends none
     * @throws IllegalArgumentException if the camera has no such track
     */
    public Watch watchPatiently(TrackId id, @Nullable Packager packager) {
        Track track = tracks.of(id);
        return watch(track, packager, Interest.stream(track));
    }

    /** Returns what says whether it can give something. */
    Availability availability() {
        return availability;
    }

    /** Returns its tracks. */
    Tracks tracks() {
        return tracks;
    }

    /**
     * Starts watching for a single JPEG, as {@link #watch}; of a source that gives H.264 alone, only one picture is decoded for it.
     *
     * @param oldestNanos the earliest acceptable time of capture, on the monotonic clock
     */
    public Watch watchForPicture(long oldestNanos) throws UnavailableException {
        return watchForPicture(TrackId.MAIN, oldestNanos);
    }

    /** Does the same with a picture of another rendition. */
    public Watch watchForPicture(String rendition, long oldestNanos) throws UnavailableException {
        Track track = tracks.of(new TrackId(rendition, Encoding.JPEG));
        Interest interest = Interest.picture(track, oldestNanos);
        requireOffered(track.id());
        availability.requirePossible(interest, state(), watchers());
        Watch watch = watch(track, /* packager= */ null, interest);
        askForPicture();
        return watch;
    }

    /** Asks the source for what a single picture can be made of. */
    void askForPicture() {
        if (natively(Encoding.H264) && keyFrameHelps()) {
            control.requestKeyFrame();
        }
    }

    /**
     * Returns true if a key frame is worth asking for. A device sends one when asked. A command cannot be asked: in the end it would be started anew, which is too
     * much for a picture that can be made of the present frames.
     */
    private boolean keyFrameHelps() {
        Feed video = feed(Encoding.H264);
        return !(config.source() instanceof SourceConfig.Command)
                || (video.lacksKeyFrame() && video.keptKeyFrame().isEmpty());
    }

    /** Joins the feed before the demand is counted, so that the viewer misses no frame of a source that starts for it. */
    Watch watch(Track track, @Nullable Packager packager, Interest interest) {
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

    /** Asks the encoder of its H.264 for a key frame that somebody waits for; does nothing if it cannot be asked, or nothing runs. */
    public void requestKeyFrame() {
        control.requestKeyFrame();
    }

    /** Asks for a key frame that nobody waits for, as {@link #requestKeyFrame}; a source is never started anew for it. */
    public void suggestKeyFrame() {
        control.suggestKeyFrame();
    }

    /** Shortens its rings to one GOP each and keeps them so, or lets them grow again. Returns the number of bytes given back. */
    public long saveRings(boolean on) {
        return tracks.feeds().stream().mapToLong(feed -> feed.save(on)).sum();
    }

    /** Returns all that is derived of what its source gives. */
    public Derivations derivations() {
        return derivations;
    }

    /** Returns when the running source's first frame came, on the monotonic clock; empty before. */
    public OptionalLong firstFrameNanos() {
        return control.firstFrameNanos();
    }

    /**
     * Checks that the camera gives a track: another rendition has to be made, whatever the source gives.
     *
     * @throws UnavailableException as {@link #requireOffered(Encoding)}
     */
    public void requireOffered(TrackId track) throws UnavailableException {
        availability.require(track);
    }

    /**
     * Checks that the camera gives {@code encoding}. Asks the device if need be, but never starts it.
     *
     * @throws UnavailableException if it does not, or the device does not answer
     */
    public void requireOffered(Encoding encoding) throws UnavailableException {
        availability.require(encoding);
    }

    void left() {
        control.watcherLeft();
        pump.wakeControl();
    }

    void serve(Outlet outlet, Feed feed) {
        pump.add(outlet, List.of(feed));
    }

    void unserve(Outlet outlet, Feed feed) {
        pump.remove(outlet, feed);
    }

    /** Ends the pump and the source, and waits for both a few seconds at most, even if the device is stuck. */
    @Override
    public void close() {
        pump.close();
        control.close();
        if (deviceControls != null) {
            deviceControls.close();
        }
    }
}
