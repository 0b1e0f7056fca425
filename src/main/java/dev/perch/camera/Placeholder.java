package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.feed.Feed;
import dev.perch.jpeg.TextPicture;
import dev.perch.media.Clock;
import dev.perch.media.FrameTime;
import dev.perch.media.StreamConfig;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The picture that MJPEG viewers see while a camera is away, with the reason and the time since. It is made once per reason and put into the ring
 * like a frame, so that its cost does not depend on the number of viewers. Used on the pump's thread only.
 */
final class Placeholder {
    private static final DateTimeFormatter TIME_OF_DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private static final int MOST_WIDTH = 1920;
    private static final int MOST_HEIGHT = 1080;

    private final String title;
    private final Feed feed;
    private final DerivedFeed turns;
    private final Clock clock;
    private String since = ""; // empty while the camera is there
    private String shown = "";

    /**
     * Creates a placeholder that is not shown yet.
     *
     * @param jpeg the track that shows it; its derivation takes turns with the placeholder
     */
    Placeholder(CameraConfig camera, Track jpeg, Clock clock) {
        this.title = camera.title();
        this.feed = jpeg.feed();
        this.clock = clock;
        this.turns = jpeg.derived().orElseThrow();
    }

    /** Shows {@code reason}, unless it is already shown, or nobody has seen a picture yet. */
    void show(String reason) {
        if (since.isEmpty()) {
            since = TIME_OF_DAY.format(Instant.EPOCH
                    .plus(clock.wallClockMicros(), ChronoUnit.MICROS)
                    .atZone(ZoneId.systemDefault()));
        }
        StreamConfig config = feed.config().orElse(null);
        boolean seen = feed.readers() > 0 && feed.stats().framesInRing() > 0;
        if (shown.equals(reason) || !(config instanceof StreamConfig.Picture last) || !seen) {
            return;
        }
        List<String> text = List.of(title, "No picture since " + since, "", reason);
        ByteBuffer jpeg = picture(last.width(), last.height(), text);
        if (turns.showPlaceholder(jpeg, now())) {
            shown = reason;
        }
    }

    /** Draws the text in the camera's proportions, no larger than a screen. */
    private static ByteBuffer picture(int width, int height, List<String> text) {
        double scale = Math.min(1, Math.min((double) MOST_WIDTH / width, (double) MOST_HEIGHT / height));
        return TextPicture.jpeg(Math.max(1, (int) (width * scale)), Math.max(1, (int) (height * scale)), text);
    }

    private FrameTime now() {
        return new FrameTime(clock.nanoTime(), clock.wallClockMicros());
    }

    /** Forgets the reason: the camera is no longer away. */
    void forget() {
        since = "";
        shown = "";
    }
}
