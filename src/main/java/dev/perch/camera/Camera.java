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
     * Creates a camera and starts its pump, which starts the source as soon as it is wanted.
     *
     * @param source used by this camera only
     * @param pool gives the rings their arenas
     */
    public static Camera start(CameraConfig config, Source source, ArenaPool pool) {
        return start(config, source, pool, Clock.SYSTEM);
    }

    /** Creates a camera on another clock, which times lingers, pauses and the patience with viewers. */
    public static Camera start(CameraConfig config, Source source, ArenaPool pool, Clock clock) {
        return start(config, source, pool, clock, /* switched= */ false);
    }

    /** Creates a camera that begins private if an operator has {@code switched} it so before: its device is not touched then. */
    public static Camera start(CameraConfig config, Source source, ArenaPool pool, Clock clock, boolean switched) {
        Camera camera = new Camera(config, source, pool, clock, switched);
        camera.offer.ask();
        source.awaited().ifPresent(publisher -> publisher.onChange(camera::wake));
        camera.pump.start();
        return camera;
    }

    /** Returns the camera's clock. */
    public Clock clock() {
        return clock;
    }

    // ---- privacy

    /** Returns the camera's privacy; empty if nobody has ever asked for it. */
    public Optional<Privacy> privacy() {
        return hiding.curtain().map(Curtain::privacy);
    }

    /** Returns whether the camera is private, is becoming private, or is being shown again. */
    public boolean hidden() {
        return hiding.curtain().filter(Curtain::hides).isPresent();
    }

    /** Returns whether privacy is complete: every frame from now on is of the card, until {@link #hidden} is false. */
    public boolean covered() {
        return hiding.curtain().filter(Curtain::covers).isPresent();
    }

    /** Runs {@code eraser} whenever stored pictures must be erased. It runs on the pump's thread and must not wait. */
    public void onErase(Runnable eraser) {
        hiding.onErase(eraser);
    }

    /**
     * Switches the operator's privacy and waits until it takes effect: until the device is closed and nothing of its pictures is stored any more.
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

    /** Returns the name in addresses. */
    public String id() {
        return config.id();
    }

    public CameraConfig config() {
        return config;
    }

    /** Returns the name of the source: {@code /dev/video0}, {@code demo}. */
    public String sourceName() {
        return source.description();
    }

    /** Returns the source, for facts that only one kind of source has. */
    public Source source() {
        return source;
    }

    /** Returns the controls of the device; empty if the source has none. */
    public Optional<CameraControls> controls() {
        return Optional.ofNullable(deviceControls);
    }

    public CameraState state() {
        return control.state();
    }

    /** Returns the encodings that the camera gives, as far as they are known; never waits. */
    public Set<Encoding> knownOffer() {
        return offer.known();
    }

    /** Returns true if the source is known to give {@code encoding} itself, so that nothing has to be encoded; never waits. */
    public boolean natively(Encoding encoding) {
        return offer.natively(TrackId.main(encoding));
    }

    /** Returns the sound, which the camera may lack. */
    public CameraSound sound() {
        return sound;
    }

    /** Returns why the encodings are not known, as a sentence; empty if they are, or the device is still being asked. Never waits. */
    public String offerTrouble() {
        return offer.trouble();
    }

    /** Returns the rings of all tracks. */
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

    /** Returns true while the source is starting and has not said what it gives: its program is loading, or its device opens. */
    public boolean loading() {
        return control.loading();
    }

    /** Returns the counts of the running session; {@link SessionStats#NONE} if none runs. */
    public SessionStats sessionStats() {
        return control.sessionStats();
    }

    /** Returns who turns the running session's pictures, by encoding; empty if none runs, or nothing is to be turned. */
    public Map<Encoding, Turning> turning() {
        return control.turning();
    }

    /** Returns the number of those who watch now. */
    public int watchers() {
        int watchers = 0;
        for (Track track : tracks.all()) {
            watchers += track.demand().all();
        }
        return watchers;
    }

    /** Returns the number of those who have watched since the start. */
    public long served() {
        return served.get();
    }

    /** Starts watching the main rendition in one encoding, as {@link #watch(TrackId, Packager)} does. */
    public Watch watch(Encoding encoding, @Nullable Packager packager) throws UnavailableException {
        return watch(TrackId.main(encoding), packager);
    }

    /**
     * Starts watching a track, and the camera if it is idle.
     *
     * @param packager makes the heads that the viewer sends; null if it sends none The caller closes the watch.
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

    /** Starts watching the main rendition in one encoding, whatever the camera's state. */
    public Watch watchPatiently(Encoding encoding, @Nullable Packager packager) {
        return watchPatiently(TrackId.main(encoding), packager);
    }

    /**
     * Starts watching a track, whatever the camera's state. If the camera is lost or refused, the viewer waits like those who were there before.
     *
     * @param packager makes the heads that the viewer sends; null if it sends none
     * @throws IllegalArgumentException if the camera has no such track
     */
    public Watch watchPatiently(TrackId id, @Nullable Packager packager) {
        Track track = tracks.of(id);
        return watch(track, packager, Interest.stream(track));
    }

    Availability availability() {
        return availability;
    }

    Tracks tracks() {
        return tracks;
    }

    /**
     * Starts watching for a single JPEG, as {@link #watch} does. If the source gives H.264 only, just one picture is decoded for it.
     *
     * @param oldestNanos the earliest acceptable capture time, on the monotonic clock
     * @throws UnavailableException if the camera gives no pictures, or cannot give any now
     */
    public Watch watchForPicture(long oldestNanos) throws UnavailableException {
        return watchForPicture(TrackId.MAIN, oldestNanos);
    }

    /** Starts watching for a single JPEG of a rendition. */
    public Watch watchForPicture(String rendition, long oldestNanos) throws UnavailableException {
        Track track = tracks.of(new TrackId(rendition, Encoding.JPEG));
        Interest interest = Interest.picture(track, oldestNanos);
        requireOffered(track.id());
        availability.requirePossible(interest, state(), watchers());
        Watch watch = watch(track, /* packager= */ null, interest);
        askForPicture();
        return watch;
    }

    /** Asks the source for a frame from which a single picture can be made. */
    void askForPicture() {
        if (natively(Encoding.H264) && keyFrameHelps()) {
            control.requestKeyFrame();
        }
    }

    /**
     * Returns whether to ask for a key frame. A device sends one when asked. A command cannot be asked, only restarted, which is too much for a
     * picture that can be made from the current frames.
     */
    private boolean keyFrameHelps() {
        Feed video = feed(Encoding.H264);
        return !(config.source() instanceof SourceConfig.Command)
                || (video.lacksKeyFrame() && video.keptKeyFrame().isEmpty());
    }

    /** Joins the feed before counting the demand, so that the viewer misses no frame of a source that starts for it. */
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

    /**
     * Asks the encoder of the camera's H.264 for a key frame that somebody waits for. Does nothing if the encoder cannot be asked, or nothing runs.
     */
    public void requestKeyFrame() {
        control.requestKeyFrame();
    }

    /** Asks for a key frame that nobody waits for, like {@link #requestKeyFrame}, but never restarts a source for it. */
    public void suggestKeyFrame() {
        control.suggestKeyFrame();
    }

    /** Shortens the rings to one GOP each and keeps them so, or lets them grow again. Returns the number of bytes given back. */
    public long saveRings(boolean on) {
        return tracks.feeds().stream().mapToLong(feed -> feed.save(on)).sum();
    }

    /** Returns everything that is derived from what the source gives. */
    public Derivations derivations() {
        return derivations;
    }

    /** Returns when the running source's first frame came, on the monotonic clock; empty before that. */
    public OptionalLong firstFrameNanos() {
        return control.firstFrameNanos();
    }

    /**
     * Checks that the camera gives a track. Another rendition than the main one must also be allowed to be made.
     *
     * @throws UnavailableException as {@link #requireOffered(Encoding)}
     */
    public void requireOffered(TrackId track) throws UnavailableException {
        availability.require(track);
    }

    /**
     * Checks that the camera gives {@code encoding}. May ask the device, but never starts it.
     *
     * @throws UnavailableException if the camera does not give it, or the device does not answer
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
