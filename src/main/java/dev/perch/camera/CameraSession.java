package dev.perch.camera;

import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.feed.Feed;
import dev.perch.media.CaptureException;
import dev.perch.media.Clock;
import dev.perch.media.ForwardingSink;
import dev.perch.media.FrameSink;
import dev.perch.media.FrameTime;
import dev.perch.media.Medium;
import dev.perch.media.Orientation;
import dev.perch.media.RawPicture;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.picture.Masks;
import dev.perch.source.SessionStats;
import dev.perch.source.Source;
import dev.perch.source.SourceOutput;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One run of a camera's source: passes its frames to the feeds, and its raw pictures to the derivations. */
final class CameraSession implements SourceOutput {
    /** The end of a run. The reason is null if the end was asked for. */
    record End(@Nullable CaptureException reason) {}

    private static final System.Logger LOG = System.getLogger(CameraSession.class.getName());

    private static final String ENCODED_BY_CAMERA = "Its masks cannot be drawn, as it encodes its pictures itself;"
            + " nothing is shown. A format without encoding (YUYV, NV12, YU12, UYVY, GREY) has Perch encode them.";

    private final Tracks tracks;
    private final @Nullable SoundKeeper sound;
    private final List<NativeSink> sinks;
    private final Clock clock;
    private final Runnable wake;
    private final CountDownLatch over = new CountDownLatch(1);

    private volatile Source.@Nullable Session running; // written once by start, read by everybody
    private volatile boolean frames; // written by the source's thread, as all below, read by the pump
    private volatile long firstFrameNanos;
    private volatile boolean raw;
    private volatile String refusedWhy = ""; // of frames that are not taken; empty since one was
    private volatile long refusedNanos; // since when
    private volatile long lastRefusedNanos; // the newest of them
    private volatile @Nullable End end;
    private final @Nullable Masks drawn; // before anybody sees a picture; null for nothing
    private volatile boolean shut; // the pump writes, the source's thread reads
    private volatile boolean card; // written once, before it runs

    private CameraSession(Tracks tracks, Clock clock, Runnable wake) {
        this.sound = tracks.sound().map(SoundKeeper::new).orElse(null);
        this.sinks = tracks.all().stream().map(this::sinkOf).toList();
        this.tracks = tracks;
        this.clock = clock;
        this.wake = wake;
        this.drawn = tracks.masks().isEmpty()
                ? null
                : new Masks(tracks.masks().stream()
                        .map(mask -> new Masks.Area(mask.x(), mask.y(), mask.width(), mask.height()))
                        .toList());
    }

    /** Starts the source. */
    static CameraSession start(Source source, Tracks tracks, Clock clock, Runnable wake) {
        tracks.turnedByDevice(false); // until it says so
        tracks.heldBySource(Orientation.UPRIGHT);
        CameraSession session = new CameraSession(tracks, clock, wake);
        session.running = source.start(session);
        return session;
    }

    /** Begins a run that shows the card in the source's place. */
    static CameraSession startCard(Card card, Tracks tracks, Clock clock, Runnable wake) {
        tracks.heldBySource(Orientation.UPRIGHT);
        CameraSession session = new CameraSession(tracks, clock, wake);
        session.card = true;
        session.running = CardSession.start(card, session);
        return session;
    }

    /** Returns whether this run shows the card. */
    boolean card() {
        return card;
    }

    /** Ignores everything that the source gives from now on until it ends. */
    void shut() {
        shut = true;
    }

    /** Counts the track as given from now on, even if its first frames are refused. */
    @Override
    public FrameSink track(TrackId track) {
        NativeSink sink = sink(card ? track : tracks.taking(track));
        if (!sink.used) {
            sink.used = true;
            wake.run();
        }
        return sink;
    }

    @Override
    public boolean wanted(TrackId track) {
        return tracks.of(track).demand().wanted();
    }

    @Override
    public void paused(TrackId track) {
        Feed feed = tracks.of(track).feed();
        feed.markGap();
        feed.releaseMemory();
    }

    private NativeSink sink(TrackId id) {
        for (NativeSink sink : sinks) {
            if (sink.id.equals(id)) {
                return sink;
            }
        }
        throw Tracks.unknown(id, sinks.stream().map(sink -> sink.id));
    }

    private NativeSink sinkOf(Track track) {
        SoundKeeper keeper = sound;
        boolean pictures = track.id().encoding().medium() == Medium.VIDEO;
        return new NativeSink(track.id(), pictures || keeper == null ? track.feed() : keeper.sink(), pictures);
    }

    private void keepSound(FrameTime picture) {
        SoundKeeper keeper = sound;
        if (keeper != null) {
            keeper.pictureCame(picture);
        }
    }

    @Override
    public void raw(RawPicture picture) {
        if (shut) {
            picture.close();
            return;
        }
        if (drawn != null && misplacesMasks(picture)) {
            picture.close();
            return;
        }
        keepSound(picture.time());
        deliver(drawn == null ? picture : drawn.draw(picture));
    }

    /** Refuses a picture whose size differs from the one that masks refer to: they would cover the wrong pixels. */
    private boolean misplacesMasks(RawPicture picture) {
        PictureSize size = tracks.size();
        if (picture.width() == size.width() && picture.height() == size.height()) {
            return false;
        }
        refuse("Its masks are pixels of pictures of " + size.width() + "x" + size.height()
                + ", and it gives pictures of " + picture.width() + "x" + picture.height()
                + "; nothing is shown. Its size and mask go together.");
        return true;
    }

    private void deliver(RawPicture picture) {
        if (!raw) {
            raw = true;
            if (drawn != null && !drawn.within(picture.width(), picture.height())) {
                LOG.log(
                        Level.WARNING,
                        "a mask lies outside of the picture, which has {0} pixels",
                        picture.width() + "x" + picture.height());
            }
            frameCame();
            wake.run();
        }
        DerivedFeed only = null;
        int takers = 0;
        for (DerivedFeed each : tracks.derived()) {
            if (each.running()) {
                only = each;
                takers++;
            }
        }
        if (only == null) {
            picture.close();
        } else if (takers == 1) {
            only.accept(picture);
        } else {
            share(picture);
        }
    }

    private void share(RawPicture picture) {
        List<DerivedFeed> takers =
                tracks.derived().stream().filter(DerivedFeed::running).toList();
        if (takers.isEmpty()) {
            picture.close(); // all derivations have ended in the meantime
        }
        AtomicInteger holds = new AtomicInteger(takers.size());
        takers.forEach(taker -> taker.accept(new SharedPicture(picture, holds)));
    }

    @Override
    public void ended(Optional<CaptureException> reason) {
        end = new End(reason.orElse(null));
        over.countDown();
        wake.run();
    }

    /** Records that a whole frame came from the source. */
    private void frameCame() {
        if (frames && refusedWhy.isEmpty()) {
            return;
        }
        refusedWhy = "";
        if (!frames) {
            firstFrameNanos = clock.nanoTime();
            frames = true;
        }
        wake.run();
    }

    /** Returns why frames of the source are refused, as a sentence; empty if they are not. */
    String refusedWhy() {
        return refusedWhy;
    }

    /** Returns when the first of the current row of refused frames came, on the monotonic clock. */
    long refusedNanos() {
        return refusedNanos;
    }

    /** Returns how long frames have been refused in a row, from the first to the newest; 0 if only one was. */
    long refusedForNanos() {
        return lastRefusedNanos - refusedNanos;
    }

    private void refuse(String why) {
        long nowNanos = clock.nanoTime();
        if (refusedWhy.isEmpty()) {
            refusedNanos = nowNanos;
            lastRefusedNanos = nowNanos;
            refusedWhy = why;
            wake.run();
        } else {
            lastRefusedNanos = nowNanos;
            refusedWhy = why;
        }
    }

    /** Records that the device turns the pictures itself. */
    @Override
    public void turned() {
        tracks.turnedByDevice(true);
    }

    /** Returns how pictures are turned here. */
    Orientation turn() {
        return tracks.turn();
    }

    /** Returns true once the source has named any track, even if no frame of it has come or been good. */
    boolean told() {
        return sinks.stream().anyMatch(sink -> sink.used);
    }

    /** Returns true if the source gives the track itself. */
    boolean gives(TrackId track) {
        for (NativeSink sink : sinks) {
            if (sink.id.equals(track)) {
                return sink.used;
            }
        }
        return false; // a derived picture's track
    }

    /** Returns true once the source has given a raw picture. */
    boolean raw() {
        return raw;
    }

    /** Returns when the first frame came, on the monotonic clock; 0 before that. */
    long firstFrameNanos() {
        return firstFrameNanos;
    }

    boolean hasFrames() {
        return frames;
    }

    Optional<End> end() {
        return Optional.ofNullable(end);
    }

    void stop() {
        Source.Session session = running;
        if (session != null) {
            session.stop();
        }
    }

    void requestKeyFrame() {
        Source.Session session = running;
        if (session != null) {
            session.requestKeyFrame();
        }
    }

    void suggestKeyFrame() {
        Source.Session session = running;
        if (session != null) {
            session.suggestKeyFrame();
        }
    }

    SessionStats stats() {
        Source.Session session = running;
        return session == null ? SessionStats.NONE : session.stats();
    }

    boolean awaitEnd(long millis) {
        try {
            return over.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A track's feed as the source sees it; records that the track is used. */
    private final class NativeSink extends ForwardingSink {
        private final TrackId id;
        private final boolean pictures;
        volatile boolean used; // written by the source's thread, read by the pump

        NativeSink(TrackId id, FrameSink feed, boolean pictures) {
            super(feed);
            this.id = id;
            this.pictures = pictures;
        }

        /** Passes on the configuration with the turn that players must apply, because encoded frames are not turned here. */
        @Override
        public void configure(StreamConfig config) {
            super.configure(card ? config : turned(config));
        }

        private StreamConfig turned(StreamConfig config) {
            if (!(config instanceof StreamConfig.H264 video)) {
                return config;
            }
            tracks.heldBySource(video.turn().orElse(Orientation.UPRIGHT));
            return video.turn().isPresent() || tracks.turns() ? video.held(tracks.turn()) : video;
        }

        @Override
        public Optional<ByteBuffer> claim(int sizeBytes) {
            if (drawn != null && !card && pictures) {
                refused(ENCODED_BY_CAMERA);
                return Optional.empty();
            }
            return shut ? Optional.empty() : super.claim(sizeBytes);
        }

        @Override
        public void publish(FrameTime time, boolean key) {
            if (shut) {
                super.withdraw();
                return;
            }
            if (!pictures) {
                super.publish(time, key);
                return;
            }
            frameCame();
            super.publish(time, key);
            keepSound(time);
        }

        @Override
        public void refused(String why) {
            super.refused(why);
            if (pictures) { // a camera without usable sound still shows its pictures
                refuse(why);
            }
        }
    }
}
