package dev.perch.web.status;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.feed.Feed;
import dev.perch.feed.FeedStats;
import dev.perch.feed.Frame;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.source.SessionStats;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What there is to tell of one camera at one moment, read once, so that the parts of an answer agree with each other. Reading it neither
 * starts the camera nor waits for its device.
 *
 * @param nowNanos the moment, on the monotonic clock
 * @param offered the formats that it gives; empty when that is not known yet
 */
public record CameraFacts(
        Camera camera,
        CameraState state,
        long nowNanos,
        SessionStats session,
        List<FeedFacts> feeds,
        Set<Encoding> offered) {

    /**
     * One feed.
     *
     * @param viewers how many read it now
     * @param newest the newest frame in the ring; null when it is empty
     * @param config the stream's description; null before the first frame since the program's start
     */
    record FeedFacts(
            Encoding encoding,
            FeedStats stats,
            int viewers,
            @Nullable Frame newest,
            @Nullable StreamConfig config) {
        static FeedFacts of(Feed feed) {
            return new FeedFacts(
                    feed.encoding(),
                    feed.stats(),
                    feed.readers(),
                    feed.newest().orElse(null),
                    feed.config().orElse(null));
        }
    }

    public static CameraFacts of(Camera camera) {
        CameraState state = camera.state();
        SessionStats session = camera.sessionStats();
        List<FeedFacts> feeds = camera.feeds().stream().map(FeedFacts::of).toList();
        return new CameraFacts(camera, state, System.nanoTime(), session, feeds, camera.knownOffer());
    }

    /** Width of the picture in pixels: of the running stream, else the last known; 0 when no frame has come yet. */
    public int width() {
        return feeds.stream()
                .mapToInt(feed -> feed.config() instanceof StreamConfig.Picture config ? config.width() : 0)
                .filter(width -> width > 0)
                .findFirst()
                .orElse(session.width());
    }

    /** Height of the picture in pixels; 0 when no frame has come yet. */
    public int height() {
        return feeds.stream()
                .mapToInt(feed -> feed.config() instanceof StreamConfig.Picture config ? config.height() : 0)
                .filter(height -> height > 0)
                .findFirst()
                .orElse(session.height());
    }

    boolean live() {
        return state instanceof CameraState.Live;
    }

    /** Frames in a second over the last seconds, of the faster feed; 0 unless it is live. */
    public double measuredFps() {
        return live()
                ? feeds.stream()
                        .mapToDouble(feed -> feed.stats().framesPerSecond())
                        .max()
                        .orElse(0)
                : 0;
    }

    /** How long ago the newest frame was captured; empty when no ring holds one. */
    OptionalLong lastFrameAgeMillis() {
        return feeds.stream()
                .flatMap(feed -> Stream.ofNullable(feed.newest()))
                .mapToLong(frame -> millisSince(frame.time().decodeNanos()))
                .min();
    }

    /** How long it has been in its state; empty for a state that does not tell. */
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
        return state.retry().stream()
                .mapToLong(retry -> millisSince(retry.sinceNanos()))
                .findFirst();
    }

    /** In how long it is tried again, once somebody asks; empty unless it is lost or refused. */
    OptionalLong retryInMillis() {
        return state.retry().stream()
                .mapToLong(retry -> Math.max(0, -millisSince(retry.atNanos())))
                .findFirst();
    }

    private long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos - nanos);
    }
}
