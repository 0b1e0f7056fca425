package dev.perch.web;

import dev.perch.feed.Frame;
import dev.perch.feed.Framing;
import dev.perch.feed.Packager;
import dev.perch.media.StreamConfig;
import dev.perch.media.StreamKind;
import dev.perch.mjpeg.MultipartFraming;
import dev.perch.progressive.AnnexBFraming;
import dev.perch.progressive.Backlog;
import dev.perch.progressive.Mp4Framing;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The endless answers: stream.mjpg, stream.h264, stream.mp4. */
final class LiveStream implements Technique {
    /** A frame of 40 KB in one write; the figure is from the fan-out prototypes. */
    private static final int JPEG_BUFFER_BYTES = 64 << 10;

    /** Most H.264 frames of a camera are between 4 and 30 KB. */
    private static final int H264_BUFFER_BYTES = 32 << 10;

    private final StreamKind kind;
    private final @Nullable Packager packager;
    private final Framing framing;
    private final Function<StreamConfig, String> contentType;
    private final long durationNanos;

    private LiveStream(
            StreamKind kind,
            @Nullable Packager packager,
            Framing framing,
            Function<StreamConfig, String> contentType,
            double durationSeconds) {
        this.kind = kind;
        this.packager = packager;
        this.framing = framing;
        this.contentType = contentType;
        this.durationNanos = (long) Math.min(durationSeconds * 1e9, Long.MAX_VALUE);
    }

    /** {@code stream.mjpg}, for {@code durationSeconds}; infinite for no end. */
    static LiveStream mjpeg(
            Packager partHeads, MultipartFraming.Layout layout, double mostFramesPerSecond, double durationSeconds) {
        return new LiveStream(
                StreamKind.JPEG,
                layout == MultipartFraming.Layout.ADVANCE ? null : partHeads,
                new MultipartFraming(mostFramesPerSecond, layout),
                config -> MultipartFraming.CONTENT_TYPE,
                durationSeconds);
    }

    static LiveStream annexB(double durationSeconds) {
        return new LiveStream(
                StreamKind.H264, null, new AnnexBFraming(), config -> AnnexBFraming.CONTENT_TYPE, durationSeconds);
    }

    static LiveStream mp4(Mp4Framing framing, double durationSeconds) {
        return new LiveStream(
                StreamKind.H264,
                null,
                framing,
                config -> config instanceof StreamConfig.H264 video ? Mp4Framing.contentType(video) : "video/mp4",
                durationSeconds);
    }

    @Override
    public StreamKind kind() {
        return kind;
    }

    @Override
    public @Nullable Packager packager() {
        return packager;
    }

    @Override
    public Framing framing() {
        return framing;
    }

    @Override
    public boolean skipsBacklog() {
        return framing instanceof Mp4Framing mp4 && mp4.backlog() == Backlog.NONE;
    }

    @Override
    public int bufferBytes() {
        return kind == StreamKind.JPEG ? JPEG_BUFFER_BYTES : H264_BUFFER_BYTES;
    }

    @Override
    public void head(Head head, Frame first) {
        head.set("Content-Type", contentType.apply(first.config()));
    }

    @Override
    public boolean endsBefore(Frame next, @Nullable Frame first) {
        return first != null && endsAt(next.time().monotonicNanos(), first);
    }

    @Override
    public boolean endsAt(long nowNanos, Frame first) {
        return nowNanos - first.time().monotonicNanos() >= durationNanos;
    }
}
