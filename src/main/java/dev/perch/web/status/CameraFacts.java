package dev.perch.web.status;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.DerivedFigures;
import dev.perch.camera.Privacy;
import dev.perch.camera.Turning;
import dev.perch.config.CameraConfig;
import dev.perch.config.RenditionConfig;
import dev.perch.config.SoundConfig;
import dev.perch.config.Turn;
import dev.perch.feed.Feed;
import dev.perch.feed.FeedStats;
import dev.perch.feed.Frame;
import dev.perch.media.CaptureException;
import dev.perch.media.Encoding;
import dev.perch.media.Medium;
import dev.perch.media.Orientation;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.source.CardFacts;
import dev.perch.source.DemoPosition;
import dev.perch.source.DemoSource;
import dev.perch.source.SessionStats;
import dev.perch.source.SoundProspect;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The facts of one camera at one moment, read once, so that page, JSON and health agree with each other. Reading neither starts the camera nor waits
 * for its device.
 *
 * @param nowNanos the moment, on the monotonic clock
 * @param sound whether there is sound, and its state
 * @param pictures turn and renditions
 * @param demo the position in the demo's film; empty for other sources
 * @param controlled whether the device has controls
 * @param privacy whether and why it is private; empty if it never was
 */
public record CameraFacts(
        Identity identity,
        CameraState state,
        long nowNanos,
        SessionStats session,
        List<FeedFacts> feeds,
        Offer offer,
        Watchers watchers,
        List<DerivedFigures> derivations,
        Sound sound,
        Pictures pictures,
        Optional<DemoPosition> demo,
        boolean controlled,
        Optional<Privacy> privacy) {

    /**
     * The camera's names.
     *
     * @param title for people
     * @param source as configured
     * @param conversion the parts of the source that must be encoded, as a sentence; empty if none
     * @param run whether it runs always or on demand
     */
    public record Identity(String id, String title, String source, String conversion, String run) {}

    /**
     * The formats that the camera gives.
     *
     * @param encodings empty if unknown so far
     * @param natively those that need no encoding here
     * @param trouble why the formats are unknown, as a sentence; else empty
     */
    public record Offer(Set<Encoding> encodings, Set<Encoding> natively, String trouble) {
        private static Offer of(Camera camera) {
            Set<Encoding> natively = EnumSet.noneOf(Encoding.class);
            for (Encoding encoding : Encoding.values()) {
                if (camera.natively(encoding)) {
                    natively.add(encoding);
                }
            }
            return new Offer(camera.knownOffer(), natively, camera.offerTrouble());
        }
    }

    /**
     * The viewers.
     *
     * @param served the number since the start
     * @param most the most at once; empty if memory alone decides
     */
    public record Watchers(int now, long served, OptionalInt most) {}

    /**
     * The sound.
     *
     * @param prospect whether the current session gives it, or the next one will
     * @param card the sound card; empty without one
     */
    public record Sound(SoundConfig configured, SoundProspect prospect, Optional<CardFacts> card) {
        /** Returns true if the camera may have sound. */
        public boolean possible() {
            return prospect != SoundProspect.NONE;
        }
    }

    /**
     * The pictures made from the camera's own.
     *
     * @param turn empty for none
     * @param by who turns them, by encoding; empty while the camera does not run
     * @param renditions their names
     */
    public record Pictures(Optional<Turn> turn, Map<Encoding, Turning> by, List<String> renditions) {
        /** A camera with only its own picture. */
        public static final Pictures OWN = new Pictures(Optional.empty(), Map.of(), List.of());

        static Pictures of(Camera camera) {
            CameraConfig config = camera.config();
            return config.pictures().isEmpty()
                    ? OWN
                    : new Pictures(
                            config.turn(),
                            camera.turning(),
                            config.renditions().stream()
                                    .map(RenditionConfig::name)
                                    .toList());
        }
    }

    /**
     * One feed.
     *
     * @param viewers the number of readers now
     * @param newest the newest frame in the ring; null if it is empty
     * @param config the stream's configuration; null before the first frame since the program's start
     */
    record FeedFacts(
            TrackId track,
            FeedStats stats,
            int viewers,
            @Nullable Frame newest,
            @Nullable StreamConfig config) {
        /** Returns true for a feed of pictures: a camera whose picture stands still is not live because of its sound. */
        boolean pictures() {
            return track.encoding().medium() == Medium.VIDEO;
        }

        /** Returns the width of the pictures as shown; 0 if there are none, or it is unknown. */
        int width() {
            return config instanceof StreamConfig.Picture sides ? turn().width(sides.width(), sides.height()) : 0;
        }

        /** Returns the height of the pictures as shown; 0 if there are none, or it is unknown. */
        int height() {
            return config instanceof StreamConfig.Picture sides ? turn().height(sides.width(), sides.height()) : 0;
        }

        private Orientation turn() {
            return config instanceof StreamConfig.H264 video
                    ? video.turn().orElse(Orientation.UPRIGHT)
                    : Orientation.UPRIGHT;
        }

        static FeedFacts of(Feed feed) {
            return new FeedFacts(
                    feed.track(),
                    feed.stats(),
                    feed.readers(),
                    feed.newest().orElse(null),
                    feed.config().orElse(null));
        }
    }

    /** Returns the facts of {@code camera} now. */
    public static CameraFacts of(Camera camera) {
        Offer offer = Offer.of(camera);
        SessionStats session = camera.sessionStats();
        List<FeedFacts> feeds = camera.feeds().stream().map(FeedFacts::of).toList();
        boolean ran = feeds.stream().anyMatch(feed -> feed.stats().frames() > 0);
        CameraState state = ran ? camera.state() : state(camera, offer.trouble());
        CameraConfig config = camera.config();
        return new CameraFacts(
                new Identity(
                        camera.id(),
                        config.title(),
                        camera.sourceName(),
                        camera.source().conversion(),
                        config.running().run().toString()),
                state,
                camera.clock().nanoTime(),
                session,
                feeds,
                offer,
                new Watchers(camera.watchers(), camera.served(), config.maxViewers()),
                camera.derivations().figures(),
                new Sound(
                        config.sound(),
                        camera.sound().prospect(),
                        camera.source().soundCard()),
                Pictures.of(camera),
                camera.source() instanceof DemoSource source ? Optional.of(source.position()) : Optional.empty(),
                camera.controls().isPresent(),
                camera.privacy());
    }

    /** Returns the state of a camera that never ran: if its device has not even told what it gives, it is lost, although nothing was started. */
    private static CameraState state(Camera camera, String trouble) {
        CameraState state = camera.state();
        if (!(state instanceof CameraState.Idle) || trouble.isEmpty()) {
            return state;
        }
        long nowNanos = camera.clock().nanoTime();
        return new CameraState.Lost(
                new CaptureException(CaptureException.Kind.ABSENT, trouble),
                new CameraState.Retry(nowNanos, nowNanos, /* wanted= */ false),
                1);
    }

    public String id() {
        return identity.id();
    }

    /** Returns the width of the picture as shown, in pixels: of the running stream, else the last known one; 0 before the first frame. */
    public int width() {
        return side(FeedFacts::width).orElse(session.width());
    }

    /** Returns the height of the picture as shown, in pixels; 0 before the first frame. */
    public int height() {
        return side(FeedFacts::height).orElse(session.height());
    }

    private OptionalInt side(ToIntFunction<FeedFacts> side) {
        return feeds.stream().mapToInt(side).filter(pixels -> pixels > 0).findFirst();
    }

    boolean live() {
        return state instanceof CameraState.Live;
    }

    /** Returns the frames a second over the last seconds, of the faster feed of pictures; 0 unless the camera is live. */
    public double measuredFps() {
        return live()
                ? feeds.stream()
                        .filter(FeedFacts::pictures)
                        .mapToDouble(feed -> feed.stats().framesPerSecond())
                        .max()
                        .orElse(0)
                : 0;
    }

    /** Returns how long ago the newest picture was captured; empty if no ring holds one. */
    OptionalLong lastFrameAgeMillis() {
        return feeds.stream()
                .filter(FeedFacts::pictures)
                .flatMap(feed -> Stream.ofNullable(feed.newest()))
                .mapToLong(frame -> millisSince(frame.time().decodeNanos()))
                .min();
    }

    /** Returns how long the camera has been in its state; empty if the state does not tell. */
    OptionalLong stateAgeMillis() {
        if (state instanceof CameraState.Starting starting) {
            return OptionalLong.of(millisSince(starting.sinceNanos()));
        }
        if (state instanceof CameraState.Live live) {
            return OptionalLong.of(millisSince(live.sinceNanos()));
        }
        if (state instanceof CameraState.Stopping stopping) {
            return OptionalLong.of(millisSince(stopping.sinceNanos()));
        }
        if (state instanceof CameraState.Awaiting awaiting) {
            return OptionalLong.of(millisSince(awaiting.sinceNanos()));
        }
        if (state instanceof CameraState.Private hidden) {
            return OptionalLong.of(millisSince(hidden.sinceNanos()));
        }
        return state.retry().stream()
                .mapToLong(retry -> millisSince(retry.sinceNanos()))
                .findFirst();
    }

    /** Returns the time until the next attempt, once somebody asks; empty unless the camera is lost or refused. */
    OptionalLong retryInMillis() {
        return state.retry().stream()
                .mapToLong(retry -> Math.max(0, -millisSince(retry.atNanos())))
                .findFirst();
    }

    private long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos - nanos);
    }
}
