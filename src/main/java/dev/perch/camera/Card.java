package dev.perch.camera;

import dev.perch.config.CameraConfig;
import dev.perch.h264.StillPicture;
import dev.perch.jpeg.TextPicture;
import dev.perch.media.Clock;
import dev.perch.media.Encoding;
import dev.perch.media.Orientation;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntBinaryOperator;
import org.jspecify.annotations.Nullable;

/** The picture shown in place of a private camera's, in the size and orientation that its viewers know. */
final class Card {
    private static final int LEAST_SIDE = 32;
    private static final int MOST_SIDE = 3840;

    /** The shortest frame interval, whatever the camera's: a frame that repeats the last one has ten bytes. */
    private static final long LEAST_FRAME_NANOS = 33_333_333L;

    private static final long MOST_FRAME_NANOS = 100_000_000L;

    private final CameraConfig config;
    private final Privacy privacy;
    private final Clock clock;
    private final StreamConfig.Picture video;
    private final StreamConfig.Picture image;
    private final Orientation held; // how players turn the video
    private final boolean sound;

    Card(CameraConfig config, Privacy privacy, Tracks tracks, Clock clock) {
        this.config = config;
        this.privacy = privacy;
        this.clock = clock;
        StreamConfig.Picture asked = new StreamConfig.Jpeg(
                config.capture().size().width(), config.capture().size().height());
        StreamConfig.Picture knownVideo = known(tracks, Encoding.H264);
        StreamConfig.Picture knownImage = known(tracks, Encoding.JPEG);
        this.video = knownVideo != null ? knownVideo : knownImage != null ? knownImage : asked;
        this.held = knownVideo instanceof StreamConfig.H264 before
                ? before.turn().orElse(Orientation.UPRIGHT)
                : Orientation.UPRIGHT;
        this.image = knownImage != null
                ? knownImage
                : new StreamConfig.Jpeg(
                        held.width(video.width(), video.height()), held.height(video.width(), video.height()));
        this.sound = tracks.sound().flatMap(track -> track.feed().config()).isPresent();
    }

    private static StreamConfig.@Nullable Picture known(Tracks tracks, Encoding encoding) {
        return tracks.of(TrackId.main(encoding)).feed().config().orElse(null) instanceof StreamConfig.Picture picture
                ? picture
                : null;
    }

    String camera() {
        return config.id();
    }

    Clock clock() {
        return clock;
    }

    /** Returns how players turn the video. */
    Orientation held() {
        return held;
    }

    /** Returns whether viewers know the camera with sound, so that silence must be given. */
    boolean sound() {
        return sound;
    }

    long frameNanos() {
        long asked = config.capture().fps().frameNanos();
        return Math.max(LEAST_FRAME_NANOS, Math.min(MOST_FRAME_NANOS, asked));
    }

    int width() {
        return side(video.width()) & ~1;
    }

    int height() {
        return side(video.height()) & ~1;
    }

    private static int side(int pixels) {
        return Math.max(LEAST_SIDE, Math.min(MOST_SIDE, pixels));
    }

    /** Returns the text, which depends on why the camera is private. */
    List<String> text() {
        return List.of(config.title(), "", privacy.reason());
    }

    /** Returns a text as a JPEG image. */
    ByteBuffer jpeg(List<String> text) {
        int width = side(image.width());
        int height = side(image.height());
        IntBinaryOperator squares = squares(width, height, text);
        return TextPicture.jpeg(
                width, height, (x, y) -> squares.applyAsInt(x / StillPicture.SQUARE, y / StillPicture.SQUARE));
    }

    /** Returns a text as H.264, turned so that it stands upright where players show it. */
    StillPicture video(List<String> text) {
        int columns = width() / StillPicture.SQUARE;
        int rows = height() / StillPicture.SQUARE;
        IntBinaryOperator upright = squares(held.width(width(), height()), held.height(width(), height()), text);
        return StillPicture.of(width(), height(), (x, y) -> {
            int shownX = switch (held.degrees()) {
                case 90 -> rows - 1 - y;
                case 180 -> columns - 1 - x;
                case 270 -> y;
                default -> x;
            };
            int shownY = switch (held.degrees()) {
                case 90 -> x;
                case 180 -> rows - 1 - y;
                case 270 -> columns - 1 - x;
                default -> y;
            };
            int across = held.swapsSides() ? rows : columns;
            return upright.applyAsInt(held.mirrored() ? across - 1 - shownX : shownX, shownY);
        });
    }

    private static IntBinaryOperator squares(int width, int height, List<String> text) {
        return TextPicture.luma(width / StillPicture.SQUARE, height / StillPicture.SQUARE, text);
    }
}
